"""What the gate asks of the pages of conditions and of their entries alone."""

import re

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from publishing import gate

from .models import Condition

# Loss of bladder or bowel control and new weakness, as pages speak of them.
EMERGENCY = re.compile(
    r"\b(bladders?|bowels?|(newly|suddenly|turns?|grows?|gets?) weak|(new|sudden|worse|more) (\w+ ){0,3}weakness)\b",
    re.IGNORECASE,
)


@gate.rule(warning_sign=gettext_lazy("No warning sign"))
def emergencies_without_a_sign(look):
    """A page that speaks of an emergency has to say what to do: by a warning sign, or in its own words."""
    speaking = [section for section in look.sections if EMERGENCY.search(section.text)]
    if not speaking:
        return
    if "warning_sign" in look.page.CLINICAL_ROLES:
        if not look.mentions_in("warning_sign"):
            text = _("It speaks of lost control of bladder or bowel, or of new weakness. Add the warning sign for it.")
            yield look.finding("warning_sign", text, "warning_sign")
    elif look.is_clinical and not any("911" in section.text for section in look.sections):
        text = _("It speaks of lost control of bladder or bowel, or of new weakness. Say when to call 911.")
        yield look.finding("warning_sign", text, speaking[0].name)


@gate.rule(physician=gettext_lazy("No physician"), source=gettext_lazy("No source"))
def conditions_nobody_stands_for(look):
    if not isinstance(look.page, Condition):
        return
    if not look.mentions_in("lead", "physician"):
        yield look.finding("physician", _("No physician is named. Add who treats it."), "physician")
    if not look.draft.words["sources"]:
        yield look.finding("source", _("No source is named. Add the works that it rests on."), "sources")
