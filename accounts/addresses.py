from ipaddress import ip_address, ip_network

from django.conf import settings


def sender_of(request):
    """The address a request came from, behind trusted proxies; of an IPv6 one the network, which is one household's.

    The web server's door drops X-Forwarded-For from anyone but a trusted proxy.
    """
    hops = [*request.META.get("HTTP_X_FORWARDED_FOR", "").split(","), request.META.get("REMOTE_ADDR", "")]
    for hop in reversed(hops):
        try:
            address = ip_address(hop.strip())
        except ValueError:
            break
        address = _unmapped(address)
        if not any(address in network for network in settings.TRUSTED_PROXIES):
            return household(address)
    return hops[-1]


def household(address):
    """The address or the network that counts as one sender; ValueError where `address` is none."""
    address = _unmapped(ip_address(address))
    return str(ip_network((address, 64), strict=False) if address.version == 6 else address)


def _unmapped(address):
    return getattr(address, "ipv4_mapped", None) or address
