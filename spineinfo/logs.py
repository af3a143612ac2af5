import logging

REFUSALS = ("django.request", "django.security")
CSRF = "django.security.csrf"


class PlainRefusals(logging.Filter):
    """Makes one plain line of a request that was refused (4xx); Django adds a traceback and what somebody sent.

    Of staff pages the line has the kind of address, not the account or the page that it was about.
    """

    def filter(self, record):
        status, request = getattr(record, "status_code", 0), getattr(record, "request", None)
        if record.name.startswith(REFUSALS) and 400 <= status < 500 and request is not None:
            why = _why(record)
            record.levelno, record.levelname = logging.INFO, "INFO"
            record.exc_info = record.exc_text = record.stack_info = None
            record.msg, record.args = "%s %s %s%s", (status, _plain(request.method), _plain(_address(request)), why)
        return True


def _address(request):
    route = getattr(request.resolver_match, "route", "")
    return f"/{route}" if route.startswith("admin/") else request.path


def _why(record):
    """The kind of error, or what was missing against forged forms; Django names the other site behind the hyphen."""
    if record.name == CSRF and record.args:
        return f" ({str(record.args[0]).partition(' - ')[0].rstrip('.')})"
    return f" ({record.exc_info[0].__name__})" if record.exc_info and record.exc_info[0] else ""


def _plain(words):
    """Without line breaks or control codes."""
    return (words or "").encode("unicode_escape").decode()
