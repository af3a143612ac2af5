from functools import wraps

from django.shortcuts import redirect

from .composing import Moved


def follow_moves(view):
    """Let `view` redirect readers to a page's address of today; a moved page can move again, so not for ever."""

    @wraps(view)
    def wrapped(request, *args, **kwargs):
        try:
            return view(request, *args, **kwargs)
        except Moved as moved:
            return redirect(moved.url)

    return wrapped
