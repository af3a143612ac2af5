"""The pages by which a patient asks for an appointment or a second opinion."""

import logging
from functools import wraps

from django import forms
from django.http import Http404
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from accounts.limits import seconds_to_wait

from . import actions, desk, drafts, kept_out
from .consent import CONSENTS
from .files import listing
from .flow import Flow, url_of, url_of_step
from .kms import Unreachable
from .models import Request
from .models.request import Kind
from .sealing import Unreadable
from .steps import Files, Signs

MOST_STARTED_IN_AN_HOUR = 60  # from one address: a clinic's whole network may have one
MOST_SENT_IN_AN_HOUR = 30

PRESS_AGAIN = _("Please press the button once more. Nothing is lost, and nothing was sent yet.")
CALLS = {Request.Priority.EMERGENCY: "call_911", Request.Priority.TODAY: "call_today"}  # pages, by the signs chosen
TITLES = {Kind.APPOINTMENT: _("Request an appointment"), Kind.SECOND_OPINION: _("Get a second opinion")}

log = logging.getLogger(__name__)


class Consent(forms.Form):
    """The last question: whether it may be sent."""

    use_required_attribute = False

    agreed = forms.BooleanField(error_messages={"required": _("Check the box, so that we may read what you send.")})

    def __init__(self, kind, *args):
        super().__init__(*args, auto_id="%s", label_suffix="")
        self.fields["agreed"].label = CONSENTS[kind].question


def told_if_locked(view):
    """Says what to do, and stores nothing, where the key that locks and opens answers is away or another one."""

    @wraps(view)
    def wrapped(request, **kwargs):
        try:
            return view(request, **kwargs)
        except (Unreadable, Unreachable, OSError) as error:
            log.error("Answers can't be locked or opened (%s).", type(error).__name__)
            kind = kwargs.get("kind")  # none where the page is about what was sent
            return render(request, "intake/locked.html", {"kind": kind, "way": TITLES.get(kind)}, status=503)

    return wrapped


def form_page(*methods):
    """Let a view answer `methods` while the desk takes requests, and be kept in no cache and no history."""

    def decorate(view):
        @wraps(view)
        def wrapped(request, kind, **kwargs):
            now = desk.settings()
            if not now.is_open and drafts.of(request, kind) is None:  # what was begun may be finished
                context = {"kind": kind, "way": TITLES[kind], "words": now.closed_words}
                return render(request, "intake/closed.html", context)
            return view(request, kind=kind, **kwargs)

        return never_cache(require_http_methods(["HEAD", *methods])(told_if_locked(wrapped)))

    return decorate


@form_page("GET", "POST")
def start(request, kind):
    return show_step(request, Flow(request, kind), Signs)


@form_page("GET", "POST")
def step(request, kind, key):
    flow = Flow(request, kind)
    asked = flow.step(key)
    if asked is None:
        raise Http404
    if flow.is_sent and not (asked is Files and request.method != "POST"):  # the rest of them may follow
        return redirect("intake:sent", kind=kind)
    if flow.draft is None and request.method != "POST":
        return render(request, "intake/nothing_kept.html", {"kind": kind, "way": TITLES[kind]}, status=404)
    return show_step(request, flow, asked)


def show_step(request, flow, asked):
    """Ask what `asked` asks, or keep the answers and go on."""
    if request.method != "POST":
        return ask(request, flow, asked, flow.form(asked))
    form = flow.form(asked, request.POST)
    is_later = flow.draft is not None and not flow.is_sent and "later" in request.POST
    if is_later and not form.has_changed():
        return redirect("intake:later", kind=flow.kind)
    if not (kept_out.is_person(request, form) and form.is_valid()):
        return ask(request, flow, asked, form)
    if (flow.draft is None or flow.is_sent) and (wait := seconds_to_wait(request, "draft", MOST_STARTED_IN_AN_HOUR)):
        return kept_out.too_many(request, wait)
    if flow.is_sent:
        flow.draft, flow.is_sent = None, False
    token = flow.keep(asked, form.cleaned_data)
    response = redirect(url_of("later", flow.kind) if is_later and not flow.is_sent else next_url(flow, asked))
    if token:
        drafts.give_cookie(response, flow.kind, token)
    return response


def next_url(flow, asked):
    if flow.is_sent:
        return url_of("sent", flow.kind)
    if asked is Signs and flow.priority in CALLS:
        return url_of(CALLS[flow.priority], flow.kind)
    return url_of_next(flow)


def url_of_next(flow):
    following = flow.next_step()
    return url_of_step(flow.kind, following) if following else url_of("check", flow.kind)


def ask(request, flow, asked, form, status=200):
    before = flow.before(asked)
    context = {
        "flow": flow,
        "kept": None if flow.is_sent else flow.draft,
        "form": form,
        "step": asked,
        "way": TITLES[flow.kind],
        "place": flow.steps.index(asked) + 1,
        "places": len(flow.steps) + 1,
        "has_lost_answers": asked is Signs and flow.has_lost_answers,
        "back": url_of("sent", flow.kind) if flow.is_sent else before and url_of_step(flow.kind, before),
        **form.more(),
    }
    return render(request, asked.TEMPLATE, context, status=status)


@form_page("GET")
def call_911(request, kind):
    return call_first(request, kind, "intake/call_911.html")


@form_page("GET")
def call_today(request, kind):
    return call_first(request, kind, "intake/call_today.html")


def call_first(request, kind, template):
    """What to do at once about the signs that were chosen, and the way on."""
    flow = Flow(request, kind)
    if flow.draft is None or flow.is_sent:
        return redirect(url_of_step(kind, Signs))
    return render(request, template, {"way": TITLES[kind], "kind": kind, "next": url_of_next(flow)})


@form_page("GET", "POST")
def check(request, kind):
    flow = Flow(request, kind)
    if flow.is_sent:
        return redirect("intake:sent", kind=kind)
    if flow.draft is None:
        return render(request, "intake/nothing_kept.html", {"kind": kind, "way": TITLES[kind]}, status=404)
    if unfit := flow.unfit_step():
        return redirect(url_of_step(kind, unfit))
    form = Consent(kind, request.POST if request.method == "POST" else None)
    if not (request.method == "POST" and kept_out.is_person(request, form, flow.draft) and form.is_valid()):
        return show_check(request, flow, form)
    if wait := seconds_to_wait(request, "request", MOST_SENT_IN_AN_HOUR):
        return kept_out.too_many(request, wait)
    actions.send(flow.draft, flow.to_check(), priority=flow.priority)
    return redirect("intake:sent", kind=kind)


def show_check(request, flow, form, status=200):
    before = flow.steps[-1]
    context = {
        "flow": flow,
        "form": form,
        "way": TITLES[flow.kind],
        "listed": [(step, url_of_step(flow.kind, step), rows) for step, rows in flow.to_check()],
        "consent": CONSENTS[flow.kind],
        "place": len(flow.steps) + 1,
        "back": url_of_step(flow.kind, before),
        "beside": [(step, url_of_step(flow.kind, step)) for step in flow.leads_past],
        "unfinished": listing.unfinished(flow.draft.pk),
    }
    return render(request, "intake/check.html", context, status=status)


@form_page("GET")
def sent(request, kind):
    """What the person keeps of it: a reference code, what comes next and by when."""
    draft = drafts.of(request, kind)
    found = Request.objects.filter(pk=draft.pk).first() if draft and draft.is_sent else None
    if found is None:
        return redirect(url_of_step(kind, Signs))
    context = {"request_": found, "kind": kind, "way": TITLES[kind], "unfinished": listing.unfinished(found.pk)}
    return render(request, "intake/sent.html", context)


@form_page("POST")
def forget(request, kind):
    """Take the draft's cookie from this browser; the draft itself too, unless it is to be finished with a code."""
    draft = drafts.of(request, kind)
    if draft and not draft.is_sent and ("erase" in request.POST or not draft.resume_hash):
        drafts.erase(draft)
    response = redirect("home")
    drafts.take_cookie(response, kind)
    return response


@told_if_locked
def shown_again(request, kind, key=Signs.KEY, **kwargs):
    """The page of a form that this browser did not get from here, or got too long ago: with what was typed."""
    flow = Flow(request, kind)
    asked = flow.step(key)
    if asked is None or (flow.is_sent and asked is not Signs):
        return None
    form = flow.form(asked, request.POST)
    form.is_valid()
    form.add_error(None, PRESS_AGAIN)
    return ask(request, flow, asked, form, status=403)


@told_if_locked
def check_shown_again(request, kind):
    flow = Flow(request, kind)
    if flow.draft is None or flow.is_sent or flow.unfit_step():
        return None
    form = Consent(kind, request.POST)
    form.is_valid()
    form.add_error(None, PRESS_AGAIN)
    return show_check(request, flow, form, status=403)


# What spineinfo.views.csrf_failure shows instead of a page without the words
start.shown_again = step.shown_again = shown_again
check.shown_again = check_shown_again
