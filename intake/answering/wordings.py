"""The words of messages to patients: templates of the desk, and what asks for records."""

from django.db import transaction
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from pages.context_processors import site_details
from record.models import Action
from record.noting import failures_noted, note

from ..models import Template, Wording

PLACES = ("reference", "day", "phone", "department")  # what a template may hold in braces


def offered():
    """The templates that may be chosen: those with words."""
    return Template.objects.filter(is_offered=True, wordings__isnull=False).distinct()


def filled(template, request):
    """The newest words of `template`, as they read in a message about `request`."""
    site = site_details(timezone.now())
    values = {
        "reference": request.reference,
        "day": date_format(request.visit_on or request.answer_by, "l, F j, Y"),
        "phone": site.words.get("phone", "") if site else "",
        "department": site.title if site else "",
    }
    text = template.newest.text
    for place in PLACES:
        text = text.replace(f"{{{place}}}", values[place])
    return text


def unknown_places(text):
    """What stands in braces in `text` and would stay there."""
    found = [part.partition("}")[0] for part in text.split("{")[1:] if "}" in part]
    return [place for place in found if place not in PLACES]


def change(template, text, *, by):
    """Keep `text` as the newest Wording of `template`, unless it says so already; whether it did not."""
    with failures_noted(), transaction.atomic():
        newest = Template.objects.select_for_update().get(pk=template.pk).newest
        if newest and newest.text == text:
            return False
        note(by, Action.CHANGE, template, detail="words")
        number = newest.number + 1 if newest else 1
        Wording.objects.create(
            template=template, number=number, text=text, by=getattr(by, "user", by), made_at=timezone.now()
        )
    return True


def asking_for(lines, more):
    """A message that asks for records, one a line."""
    listed = "\n".join(f"- {line}" for line in lines)
    text = _("To go on, we need these from you:\n\n%(listed)s\n\nYou can send them from this page, with “Send files”. "
             "If you can't, call us, and we find another way.") % {"listed": listed}  # fmt: skip
    return f"{text}\n\n{more}" if more else text
