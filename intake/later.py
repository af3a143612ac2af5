"""The pages by which a request that was begun is finished later, on this device or another, with a code."""

from django import forms
from django.core.exceptions import ValidationError
from django.db import transaction
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from accounts.limits import seconds_to_wait

from . import drafts, kept_out
from .fields import AsTyped, Email, OneOf
from .flow import Flow
from .models import Notice
from .views import PRESS_AGAIN, TITLES, told_if_locked, url_of_next

MOST_GIVEN_IN_AN_HOUR = 20  # codes, to one address
MOST_TRIED_IN_AN_HOUR = 20


class Way(forms.Form):
    """How the code is given."""

    use_required_attribute = False

    SHOWN, MAILED = "shown", "mailed"
    how = OneOf(
        label=_("How would you like to get the code?"),
        choices=[(SHOWN, _("Show it to me on the next page")), (MAILED, _("Send it by email"))],
        error_messages={"required": _("Choose how you would like to get the code.")},
    )
    to = Email(
        label=_("Email address, if we send it"),
        required=False,
        max_length=254,
        help_text=_("The mail says nothing of your health. Whoever reads it can open your answers."),
    )

    def __init__(self, *args):
        super().__init__(*args, auto_id="%s", label_suffix="")

    def clean(self):
        answers = super().clean()
        if answers.get("how") == self.MAILED and not answers.get("to", "-"):
            self.add_error("to", ValidationError(_("Enter the email address that we send the code to.")))
        return answers


class Code(forms.Form):
    use_required_attribute = False

    code = AsTyped(
        label=_("Your code"),
        max_length=100,
        help_text=_("Twelve letters and numbers, such as RK4P-7XMA-9QTC. Small letters work, too."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}),
        error_messages={"required": _("Enter the code that we gave you.")},
    )

    def __init__(self, *args):
        super().__init__(*args, auto_id="%s", label_suffix="")


def kept_nowhere(view):
    """These pages work while the desk is closed too: what was begun may be finished."""
    return never_cache(require_http_methods(["HEAD", "GET", "POST"])(view))


@kept_nowhere
@told_if_locked
def later(request, kind):
    flow = Flow(request, kind)
    if flow.is_sent:
        return redirect("intake:sent", kind=kind)
    if flow.draft is None:
        return render(request, "intake/nothing_kept.html", {"kind": kind, "way": TITLES[kind]}, status=404)
    form = Way(request.POST if request.method == "POST" else None)
    if not (request.method == "POST" and kept_out.is_person(request, form) and form.is_valid()):
        return show_later(request, flow, form)
    if wait := seconds_to_wait(request, "code", MOST_GIVEN_IN_AN_HOUR):
        return kept_out.too_many(request, wait, _("Very many codes were asked for from your network within the hour."))
    code, to = give_code(flow, form.cleaned_data)
    if code is None:
        return redirect("intake:sent", kind=kind)
    context = {"kind": kind, "way": TITLES[kind], "code": "" if to else code, "to": to}
    return render(request, "intake/code_given.html", context)


@transaction.atomic
def give_code(flow, answers):
    """A new code of the draft and the address it is mailed to, if any; (None, "") if the draft was sent meanwhile."""
    code = drafts.give_code(flow.draft)
    to = answers["to"] if answers["how"] == Way.MAILED else ""
    if code and to:
        Notice.write(Notice.Kind.RESUME, words={"to": to, "code": code, "kind": str(flow.kind)})
    return (code, to) if code else (None, "")


def show_later(request, flow, form, status=200):
    context = {"flow": flow, "form": form, "way": TITLES[flow.kind], "back": url_of_next(flow)}
    return render(request, "intake/later.html", context, status=status)


@kept_nowhere
@told_if_locked
def resume(request, kind):
    form = Code(request.POST if request.method == "POST" else None)
    if not (request.method == "POST" and kept_out.is_person(request, form) and form.is_valid()):
        return show_resume(request, kind, form)
    if wait := seconds_to_wait(request, "resume", MOST_TRIED_IN_AN_HOUR):
        return kept_out.too_many(request, wait, _("Very many codes were tried from your network within the hour."))
    draft, token = drafts.resume(form.cleaned_data["code"])
    if draft is None:
        form.add_error(
            "code",
            _("This code opens no request. Compare it with the one we gave you. It works for seven days, until a newer "
              "one is given or the request is sent. If it still does not work, begin again or call us."),
        )  # fmt: skip
        return show_resume(request, kind, form)
    response = redirect(url_of_next(Flow(request, draft.kind, draft)))
    drafts.give_cookie(response, draft.kind, token)
    return response


def show_resume(request, kind, form, status=200):
    return render(request, "intake/resume.html", {"kind": kind, "form": form, "way": TITLES[kind]}, status=status)


@told_if_locked
def later_shown_again(request, kind):
    flow = Flow(request, kind)
    if flow.draft is None or flow.is_sent:
        return None
    form = Way(request.POST)
    form.add_error(None, PRESS_AGAIN)
    return show_later(request, flow, form, status=403)


def resume_shown_again(request, kind):
    form = Code(request.POST)
    form.add_error(None, PRESS_AGAIN)
    return show_resume(request, kind, form, status=403)


later.shown_again = later_shown_again
resume.shown_again = resume_shown_again
