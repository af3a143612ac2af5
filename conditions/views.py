"""The public pages of conditions and their library; all of them read editions alone.

The show functions render a page as composed, for readers, or as previewed, for staff.
"""

from django.shortcuts import render
from django.utils.translation import gettext_lazy as _

from figures.models import figures_after
from glossary.marking import Glossary
from publishing.alphabet import a_to_z, entries_of
from publishing.composing import compose, live_pages, live_pages_of, moment, named_by
from publishing.sections import sections
from publishing.views import follow_moves, require_safe

from . import experts, structured
from .condition_page import condition_page
from .hubs import by_age, by_kind, gathered_by, in_order
from .models import Condition, DiagnosticTest, Hub, Symptom, Treatment, WarningSign
from .regions import by_region, region_names
from .warning_signs import by_level, general

SYMPTOM_HEADINGS = {"overview": _("What it can mean")}
TEST_HEADINGS = {
    "description": _("What it is"),
    "experience": _("What it feels like"),
    "preparation": _("How to prepare"),
}
TREATMENT_HEADINGS = {
    "description": _("What it is"),
    "timing": _("When it is done"),
    "procedure": _("How it is done"),
    "preparation": _("How to prepare"),
    "afterwards": _("Afterwards"),
    "risks": _("Risks"),
    "questions": _("Questions to ask"),
}
METHODS = {
    Treatment.Method.WATCHING: _("Watching and waiting"),
    Treatment.Method.MEDICINE: _("Medicine"),
    Treatment.Method.THERAPY: _("Therapy and exercise"),
    Treatment.Method.INJECTION: _("Injections"),
    Treatment.Method.RADIATION: _("Radiation"),
    Treatment.Method.BRACE: _("Braces"),
    Treatment.Method.SURGERY: _("Surgery"),
    Treatment.Method.OTHER: _("Other treatments"),
}


@require_safe
def condition_list(request):
    at = moment(request)
    pages = live_pages_of([Condition, Hub, Symptom], at)
    conditions, hubs, symptoms = pages[Condition], pages[Hub], pages[Symptom]
    caused = named_by(Condition.KIND, symptoms, at)
    context = {
        "letters": a_to_z(entries_of(conditions, note=lambda condition: region_names(condition.words["regions"]))),
        "regions": by_region(conditions),
        "kinds": by_kind(conditions, hubs),
        "ages": by_age(conditions, hubs),
        "symptoms": [symptom for symptom in symptoms if symptom.page_id in caused],
    }
    return render(request, "conditions/condition_list.html", context)


@require_safe
@follow_moves
def condition(request, slug):
    return show_condition(request, compose(Condition, slug, moment(request)))


def show_condition(request, shown):
    return render(request, "conditions/condition.html", condition_page(shown))


@require_safe
@follow_moves
def hub(request, slug):
    return show_hub(request, compose(Hub, slug, moment(request)))


def show_hub(request, shown):
    everything, hubs = shown.at_hand(Condition.KIND), shown.at_hand(Hub.KIND)
    conditions = gathered_by(shown, everything)
    context = {
        "page": shown,
        "glossary": Glossary.of(shown),
        "conditions": conditions,
        "others": [hub for hub in in_order(hubs) if hub.page_id != shown.page_id],
        "structured": structured.hub(shown, conditions),
    }
    return render(request, "conditions/hub.html", context)


@require_safe
def symptom_list(request):
    pages = live_pages_of([Symptom, WarningSign], moment(request))
    return _show_symptoms(request, pages[Symptom], general(pages[WarningSign]))


def show_warning_sign(request, shown):
    """The one sign `shown`, as the pages that list it will show it."""
    return _show_symptoms(request, [], [shown], page=shown)


def _show_symptoms(request, symptoms, signs, **context):
    letters = a_to_z(entries_of(symptoms, note=lambda symptom: symptom.summary))
    groups = by_level(signs)
    context |= {
        "letters": letters,
        "emergencies": [group for group in groups if group.is_emergency],
        "signs": [group for group in groups if not group.is_emergency],
    }
    return render(request, "conditions/symptom_list.html", context)


@require_safe
@follow_moves
def symptom(request, slug):
    return show_symptom(request, compose(Symptom, slug, moment(request)))


def show_symptom(request, shown):
    context = {
        "signs": by_level(shown.shows("warning_sign")),
        "help": sections(shown.words, {"getting_help": _("When to get help")}, figures_after(shown)),
        "structured": structured.symptom(shown),
    }
    return _show_entry(request, shown, "conditions/symptom.html", SYMPTOM_HEADINGS, context)


@require_safe
def test_list(request):
    return render(request, "conditions/test_list.html", {"tests": live_pages(DiagnosticTest, moment(request))})


@require_safe
@follow_moves
def test(request, slug):
    return show_test(request, compose(DiagnosticTest, slug, moment(request)))


def show_test(request, shown):
    return _show_entry(request, shown, "conditions/test.html", TEST_HEADINGS, {"structured": structured.test(shown)})


@require_safe
def treatment_list(request):
    treatments = live_pages(Treatment, moment(request))
    groups = [
        (heading, [treatment for treatment in treatments if treatment.words["method"] == method])
        for method, heading in METHODS.items()
    ]
    return render(request, "conditions/treatment_list.html", {"groups": [group for group in groups if group[1]]})


@require_safe
@follow_moves
def treatment(request, slug):
    return show_treatment(request, compose(Treatment, slug, moment(request)))


def show_treatment(request, shown):
    context = {
        "structured": structured.treatment(shown),
        "physicians": experts.adults_first(shown.shows("performs")),
    }
    return _show_entry(request, shown, "conditions/treatment.html", TREATMENT_HEADINGS, context)


def _show_entry(request, shown, template, headings, context):
    """The page of an entry of the library: its own parts, then the conditions that mention it."""
    return render(
        request,
        template,
        {
            "page": shown,
            "glossary": Glossary.of(shown),
            "sections": sections(shown.words, headings, figures_after(shown)),
            "conditions": shown.shown_by(Condition.KIND),
            "news": shown.latest("article"),
            **context,
        },
    )
