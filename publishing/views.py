from functools import wraps

from django.shortcuts import redirect
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_safe as refuse_other_methods

from .composing import Moved


def require_safe(view):
    """Let `view` answer GET and HEAD, and 405 to anything else.

    Django looks for a forged form before it calls a view, and would answer 403 first; a view that takes no form needs
    no such look.
    """
    return csrf_exempt(refuse_other_methods(view))


def follow_moves(view):
    """Let `view` redirect readers to a page's address of today; a moved page can move again, so not for ever."""

    @wraps(view)
    def wrapped(request, *args, **kwargs):
        try:
            return view(request, *args, **kwargs)
        except Moved as moved:
            return redirect(moved.url)

    return wrapped
