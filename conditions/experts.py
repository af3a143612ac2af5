"""The sentences that say who treats a condition here, who offers a second opinion, and who leads.

Each takes physicians as a composed page shows them and gives HTML, or nothing where there is nothing to say.
"""

from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from physicians.models import Patients


def is_pediatric(physician):
    return physician.words["patients"] == Patients.PEDIATRIC


def adults_first(physicians):
    """`physicians` in their order, those who see children alone after the others."""
    return sorted(physicians, key=is_pediatric)


def expertise(physicians, plural):
    """“Drs. A, B and C (Pediatric) are experts in treating PLURAL.”, each name a link to its profile."""
    if not physicians:
        return ""
    return format_html(
        ngettext(
            "Dr. {names} is an expert in treating {plural}.",
            "Drs. {names} are experts in treating {plural}.",
            len(physicians),
        ),
        names=_enumeration([_link(physician) for physician in physicians]),
        plural=plural or _("this condition"),
    )


def second_opinions(physicians):
    """Who of `physicians` can also offer a second opinion; names them unless all of several do."""
    offering = [physician for physician in physicians if physician.words["gives_second_opinions"]]
    if not offering:
        return ""
    if len(offering) == len(physicians) > 1:
        return _("They can also offer you a second opinion.")
    return format_html(
        ngettext(
            "Dr. {names} can also offer you a second opinion.",
            "Drs. {names} can also offer you a second opinion.",
            len(offering),
        ),
        names=_enumeration([physician.title for physician in offering]),
    )


def choice_of_treatment(physicians):
    """The line of the lead surgeon, by family name; nothing where nobody leads."""
    for physician in physicians:
        if physician.role == "lead":
            return format_html(
                _("Dr. {name} will help you choose the treatment that fits you and your situation."),
                name=physician.words["family_name"],
            )
    return ""


def _link(physician):
    name = format_html('<a href="{}">{}</a>', physician.url, physician.title)
    return format_html(_("{name} (Pediatric)"), name=name) if is_pediatric(physician) else name


def _enumeration(names):
    """“A”, “A and B”, “A, B and C”, as HTML; what is plain text is escaped."""
    *others, last = names
    if not others:
        return last
    return format_html(
        _("{names} and {last}"), names=format_html_join(_(", "), "{}", ((name,) for name in others)), last=last
    )
