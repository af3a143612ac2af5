"""The pages on which a patient sees how a request stands, without an account."""

import logging

from django import forms
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from accounts.limits import seconds_to_wait

from . import codes, inquiries, kept_out, sealing
from .answering.moves import VISITS
from .fields import AsTyped
from .files import listing
from .files.owners import STATUS
from .later import kept_nowhere
from .models import Request
from .steps import Records
from .steps.people import BirthDate
from .views import PRESS_AGAIN, told_if_locked

MOST_ASKED_IN_AN_HOUR = 20  # from one address
MOST_OF_ONE_IN_AN_HOUR = 5  # about one reference, whether there is such a request or not
MOST_CODES_IN_AN_HOUR = 60  # from one address

Status = Request.Status
WORDS = {  # (heading, what it means for the patient)
    Status.NEW: (
        _("Received"),
        _("We have your request. Our staff will read it and then call or write to you."),
    ),
    Status.NEEDS_INFORMATION: (
        _("We need something from you"),
        _("We cannot go on without you. Please read our message below, or call us."),
    ),
    Status.IN_REVIEW: (
        _("A doctor is reviewing it"),
        _("A doctor is looking at what you sent. We will tell you when that is done."),
    ),
    Status.ACCEPTED: (
        _("Accepted"),
        _("We can help you with this. We will call or write to you about the next step."),
    ),
    Status.SCHEDULED: (
        _("Scheduled"),
        _("You have a day with us. If it does not suit you, please call us."),
    ),
    Status.OPINION_IN_PROGRESS: (
        _("A doctor is writing the opinion"),
        _("A doctor is working on your second opinion. We will tell you when it is ready."),
    ),
    Status.OPINION_SENT: (
        _("Opinion sent"),
        _("The doctor's opinion is on its way to you. If you do not get it, please call us."),
    ),
    Status.DECLINED: (
        _("Another place can help you better"),
        _("We are not the right place for this. We told you, or will tell you, who may be. Please call us if we did "
          "not."),
    ),
    Status.NO_REPLY: (
        _("We could not reach you"),
        _("We tried to reach you and could not, so we closed this request. Call us, and we open it again."),
    ),
    Status.WITHDRAWN: (
        _("Taken back"),
        _("This request was taken back, so nothing more will be done about it. You can ask again at any time."),
    ),
    Status.DUPLICATE: (
        _("Answered together"),
        _("You have asked us more than once. We answer all of it together, under the other reference."),
    ),
}  # fmt: skip
CLOSED = (_("Closed"), _("Nothing more will be done about this request. You can ask again at any time."))
TOO_MANY = _("There were very many tries to see a request within the hour.")

log = logging.getLogger(__name__)


class WhichRequest(forms.Form):
    use_required_attribute = False

    reference = AsTyped(
        label=_("Your reference"),
        max_length=100,
        help_text=_("It stands on the page that said your request has arrived: RK4P-7XMA-9QTC, for example."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}),
        error_messages={"required": _("Enter the reference that we gave you.")},
    )
    born = BirthDate(
        label=_("The patient's date of birth"),
        help_text=_("For example, 3 27 1961"),
        error_messages={"required": _("Enter the date of birth.")},
    )

    def __init__(self, *args):
        super().__init__(*args, auto_id="%s", label_suffix="")


class Code(forms.Form):
    use_required_attribute = False

    code = AsTyped(
        label=_("The code from our mail"),
        max_length=100,
        help_text=_("Six digits"),
        widget=forms.TextInput(attrs={"autocomplete": "one-time-code", "inputmode": "numeric", "spellcheck": "false"}),
        error_messages={"required": _("Enter the six digits that we sent.")},
    )

    def __init__(self, *args):
        super().__init__(*args, auto_id="%s", label_suffix="")


@kept_nowhere
@told_if_locked
def status(request):
    form = WhichRequest(request.POST if request.method == "POST" else None)
    if not (request.method == "POST" and kept_out.is_person(request, form) and form.is_valid()):
        return show_status(request, form)
    reference = form.cleaned_data["reference"]
    about = codes.as_written(reference)
    wait = seconds_to_wait(request, "status", MOST_ASKED_IN_AN_HOUR)
    wait = wait or seconds_to_wait(request, "status of one", MOST_OF_ONE_IN_AN_HOUR, of=about)
    if wait:
        return kept_out.too_many(request, wait, TOO_MANY)
    token = inquiries.begin(reference, form.cleaned_data["born"])
    response = redirect("intake:status_code")
    inquiries.give_cookie(response, token)
    return response


def show_status(request, form, status=200):
    return render(request, "intake/status.html", {"form": form}, status=status)


@kept_nowhere
@told_if_locked
def code(request):
    inquiry = inquiries.waiting(request)
    if request.method != "POST":
        return show_code(request, Code()) if inquiry else redirect("intake:status")
    form = Code(request.POST)
    if not (kept_out.is_person(request, form) and form.is_valid()):
        return show_code(request, form)
    if wait := seconds_to_wait(request, "status code", MOST_CODES_IN_AN_HOUR):
        return kept_out.too_many(request, wait, TOO_MANY)
    typed = "".join(sign for sign in form.cleaned_data["code"] if sign.isalnum())
    token = inquiries.open_with(inquiry, typed) if inquiry else None
    if token is None:
        form.add_error(
            "code",
            _("This code does not work. Compare it with our newest mail. A code works once, for 15 minutes and five "
              "tries. If you need another one, ask again with your reference."),
        )  # fmt: skip
        return show_code(request, form)
    response = redirect("intake:status_shown")
    inquiries.give_cookie(response, token)
    return response


def show_code(request, form, status=200):
    return render(request, "intake/status_code.html", {"form": form}, status=status)


@never_cache
@require_http_methods(["HEAD", "GET"])
@told_if_locked
def shown(request):
    inquiry = inquiries.opened(request)
    if inquiry is None:
        return redirect("intake:status")
    found = inquiry.request
    heading, words = CLOSED if found.outcome in VISITS else WORDS[found.status]
    context = {
        "request_": found,
        "heading": heading,
        "words": words,
        "has_promise": found.contacted_at is None and not found.closed_at,
        "messages_": [(message.written_at, _text(message)) for message in found.messages.all()],
        "files": listing.told(found.pk),
        "unfinished": listing.unfinished(found.pk),
    }
    return render(request, "intake/status_shown.html", context)


@never_cache
@require_http_methods(["HEAD", "GET"])
@told_if_locked
def files(request):
    """Where more files are sent from, later; and what was answered about them."""
    inquiry = inquiries.opened(request)
    if inquiry is None:
        return redirect("intake:status")
    checked = inquiry.request.unsealed()["checked"]
    answered = next((part["rows"] for part in checked if part["step"] == Records.KEY), [])
    context = {"request_": inquiry.request, "sending": STATUS, "answered": answered}
    return render(request, "intake/status_files.html", context | listing.shown(inquiry.request_id))


@never_cache
@require_http_methods(["POST"])
def close(request):
    inquiries.close(request)
    response = redirect("home")
    inquiries.take_cookie(response)
    return response


def _text(message):
    """What it says; "" if it does not open."""
    try:
        return message.unsealed()["text"]
    except sealing.Unreadable:
        log.error("%s does not open.", message)
        return ""


def status_shown_again(request):
    form = WhichRequest(request.POST)
    form.add_error(None, PRESS_AGAIN)
    return show_status(request, form, status=403)


def code_shown_again(request):
    form = Code(request.POST)
    form.add_error(None, PRESS_AGAIN)
    return show_code(request, form, status=403)


status.shown_again = status_shown_again
code.shown_again = code_shown_again
