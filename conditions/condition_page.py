"""What a condition's page shows, arranged from one composed page, in the order patients meet it."""

from django.utils.translation import gettext_lazy as _

from figures.models import figures_after
from glossary.marking import Glossary
from publishing.sections import minutes_to_read, says_something

from . import experts, structured
from .models import Condition, Treatment, WarningSign
from .regions import region_names
from .warning_signs import by_level

HEADINGS = {
    "overview": _("Overview"),
    WarningSign.ANCHOR: _("Warning signs"),
    "symptoms": _("Symptoms"),
    "causes": _("Causes and risk factors"),
    "tests": _("Tests and diagnosis"),
    "treatments": _("Treatments"),
    "outlook": _("Outlook"),
    "living": _("Living with it"),
    "appointment": _("Preparing for your appointment"),
    "surgery": _("Helpful surgery overviews"),
    "news": _("Recent news"),
    "see-also": _("See also"),
    "sources": _("Sources"),
}
GOALS = {
    "treatment_cure": _("To cure it"),
    "treatment_shrink": _("To shrink it"),
    "treatment_slow": _("To slow it"),
    "treatment_relieve": _("To relieve pain and other symptoms"),
    "treatment_stabilize": _("To keep the spine steady"),
}


def condition_page(shown):
    """The context of conditions/condition.html for `shown`; `parts` holds the headings of what is not empty."""
    words = shown.words
    physicians = experts.adults_first(shown.shows("lead", "physician"))
    goals = [(heading, shown.shows(role)) for role, heading in GOALS.items() if shown.shows(role)]
    news = shown.latest("article")
    surgeries = [entry for entry in shown.shows("treatment", *GOALS) if is_surgery(entry)]
    signs = by_level(shown.shows("warning_sign"))
    rows = {
        WarningSign.ANCHOR: signs,
        "symptoms": shown.shows("symptom"),
        "tests": shown.shows("first_test", "further_test") or says_something(words["further_tests"]),
        "treatments": [entry for entry in shown.shows("treatment") if not is_surgery(entry)] or goals,
        "appointment": physicians or says_something(words["preparing"]),
        "surgery": surgeries,
        "news": news,
        "see-also": shown.shows("see_also"),
        "sources": words["sources"],
    }
    figures = figures_after(shown)
    where = region_names(words["regions"])
    return {
        "page": shown,
        "glossary": Glossary.of(shown),
        "structured": structured.condition(shown, where),
        "parts": {
            part: heading
            for part, heading in HEADINGS.items()
            if rows.get(part) or figures.get(part) or says_something(words.get(part, ""))
        },
        "figures": figures,
        "where": where,
        "only_region": words["regions"][0] if len(words["regions"]) == 1 else "",
        "minutes": minutes_to_read(_read_texts(shown)),
        "see_also": shown.shows("see_also"),
        "terms": shown.shows("term"),
        "signs": signs,
        "symptoms": shown.shows("symptom"),
        "first_tests": shown.shows("first_test"),
        "further_tests": shown.shows("further_test"),
        "goals": goals,
        "other_treatments": [entry for entry in shown.shows("treatment") if not is_surgery(entry)],
        "surgeries": surgeries,
        "news": news,
        "physicians": physicians,
        "pediatric": [physician for physician in physicians if experts.is_pediatric(physician)],
        "expertise": experts.expertise(physicians, words["plural"]),
        "second_opinions": experts.second_opinions(physicians),
        "choice_of_treatment": experts.choice_of_treatment(physicians),
    }


def _read_texts(shown):
    """Every text that stands on the page, as HTML."""
    tests, others = shown.shows("first_test", "further_test"), shown.shows("symptom", "treatment", *GOALS)
    return [
        *(shown.words[name] for name in Condition.TEXTS),
        *(test.words["description"] for test in tests),
        *(entry.note or entry.summary for entry in others),
    ]


def is_surgery(treatment):
    return treatment.words["method"] == Treatment.Method.SURGERY
