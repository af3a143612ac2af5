"""The pages of conditions and their library, for machines."""

from publishing.sections import listed
from publishing.structured import about, named, thing, web_page

from .models import Treatment


def condition(shown, where):
    """`where` is the name of its regions as the page prints it."""
    return about(
        shown,
        named(
            "MedicalCondition",
            shown,
            description=shown.summary,
            alternateName=shown.words["also_called"],
            riskFactor=[thing("MedicalRiskFactor", name=factor) for factor in listed(shown.words["causes"])],
            associatedAnatomy=thing("AnatomicalStructure", name=where) if where else None,
            signOrSymptom=[named("MedicalSymptom", entry) for entry in shown.shows("symptom")],
            typicalTest=[named("MedicalTest", entry) for entry in shown.shows("first_test", "further_test")],
            possibleTreatment=[
                named("MedicalTherapy", entry) for entry in shown.mentions if entry.kind == Treatment.KIND
            ],
        ),
    )


def symptom(shown):
    return about(shown, _entry("MedicalSymptom", shown))


def test(shown):
    conditions = [named("MedicalCondition", condition) for condition in shown.shown_by("condition")]
    return about(shown, _entry("MedicalTest", shown, usedToDiagnose=conditions))


def treatment(shown):
    is_surgery = shown.words["method"] == Treatment.Method.SURGERY
    return about(shown, _entry("MedicalProcedure" if is_surgery else "MedicalTherapy", shown))


def hub(shown, conditions):
    pages = [named("MedicalWebPage", condition, description=condition.summary) for condition in conditions]
    return web_page("CollectionPage", shown, hasPart=pages)


def _entry(kind, shown, **properties):
    return named(kind, shown, description=shown.summary, alternateName=shown.words["also_called"], **properties)
