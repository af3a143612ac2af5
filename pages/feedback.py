"""“Was this page helpful?”: a small form that keeps an answer and nothing about the reader."""

from dataclasses import dataclass
from urllib.parse import urlencode

from django import forms
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import Resolver404, resolve, reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from accounts.limits import seconds_to_wait
from conditions.models import Condition, DiagnosticTest, Hub, Symptom, Treatment
from publishing.composing import moment
from publishing.fields import PlainTextarea
from publishing.models import Edition
from publishing.views import require_safe

from .models import Feedback

ASKED_OF = {model.URL_NAME: model.KIND for model in (Condition, Hub, Symptom, DiagnosticTest, Treatment)}
MOST_IN_AN_HOUR = 10
ANSWERS = [
    (Feedback.Answer.YES, _("Yes")),
    (Feedback.Answer.PARTLY, _("Partly")),
    (Feedback.Answer.NO, _("No")),
]


@dataclass(frozen=True)
class Subject:
    """The live page that is spoken of."""

    page_id: int
    title: str
    url: str


class FeedbackForm(forms.ModelForm):
    answer = forms.ChoiceField(
        choices=ANSWERS, widget=forms.RadioSelect, error_messages={"required": _("Please choose an answer.")}
    )
    # People do not see it; programs that fill in forms fill it in too.
    website = forms.CharField(required=False, max_length=1000)

    class Meta:
        model = Feedback
        fields = ["answer", "comment"]
        widgets = {"comment": PlainTextarea(attrs={"rows": 5})}
        error_messages = {
            "comment": {"max_length": _("Please shorten your words to 500 characters. You have %(show_value)d now.")}
        }
        help_texts = {
            "comment": _(
                "Up to 500 characters. Please do not write your name or anything about your health: we cannot answer "
                "here, and this form is not private enough for it."
            )
        }

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        del self.fields["comment"].widget.attrs["maxlength"]  # a browser would cut what is pasted, without a word

    @property
    def is_by_a_program(self):
        return bool(self.data.get("website"))


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def feedback(request):
    subject = _subject(request)
    form = FeedbackForm(request.POST if request.method == "POST" else None)
    if request.method == "POST":
        if wait := seconds_to_wait(request, "feedback", MOST_IN_AN_HOUR):
            refusal = render(request, "pages/too_many.html", status=429)
            refusal["Retry-After"] = wait
            return refusal
        if form.is_by_a_program or form.is_valid():
            if not form.is_by_a_program:
                form.instance.page_id = subject.page_id
                form.save()
            return redirect(f"{reverse('pages:feedback_thanks')}?{urlencode({'page': subject.url})}")
    return render(request, "pages/feedback.html", {"form": form, "subject": subject})


@require_safe
@never_cache
def thanks(request):
    return render(request, "pages/feedback_thanks.html", {"subject": _subject(request)})


def _subject(request):
    """The live page whose address stands in ?page=; Http404 for anything else."""
    address = request.GET.get("page", "")
    try:
        match = resolve(address)
    except Resolver404 as error:
        raise Http404 from error
    if match.view_name not in ASKED_OF:
        raise Http404
    live = Edition.objects.live(moment(request)).filter(kind=ASKED_OF[match.view_name], slug=match.kwargs["slug"])
    found = live.values_list("page", "title").first()
    if found is None:
        raise Http404
    return Subject(*found, address)
