"""How often one address may send a form, without keeping the address."""

import hashlib
import secrets
import time

from django.core.cache import cache

from .addresses import sender_of

HOUR = 3600


def seconds_to_wait(request, what, most):
    """Count a sending of `what`; 0 while there were `most` at most in this hour, else the seconds until the next.

    What is counted is a hash with a random salt that lives for an hour in the cache and nowhere else, so that neither
    the cache nor a copy of it says who sent anything.
    """
    now = int(time.time())
    hour = now // HOUR
    salt = cache.get_or_set(f"salt-{hour}", lambda: secrets.token_bytes(16), HOUR)
    sender = hashlib.blake2b(sender_of(request).encode(), key=salt).hexdigest()
    key = f"{what}-{hour}-{sender}"
    cache.add(key, 0, HOUR)
    try:
        count = cache.incr(key)
    except ValueError:  # the cache was full and dropped it
        count = 1
    return (hour + 1) * HOUR - now if count > most else 0
