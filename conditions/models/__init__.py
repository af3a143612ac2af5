"""Conditions and the library of symptoms, tests and treatments that their pages share."""

from .condition import Condition
from .hubs import Hub
from .library import DiagnosticTest, Symptom, Treatment
from .reminders import ReviewReminder
from .rows import (
    ITSELF,
    ONE_LEAD,
    ConditionFigure,
    ConditionPhysician,
    ConditionSeeAlso,
    ConditionSymptom,
    ConditionTerm,
    ConditionTest,
    ConditionTreatment,
    ConditionWarningSign,
    DiagnosticTestFigure,
    SymptomFigure,
    SymptomWarningSign,
    TreatmentFigure,
    TreatmentPhysician,
)
from .sources import ConditionSource, Source
from .warning_signs import WarningSign

__all__ = [
    "ITSELF",
    "ONE_LEAD",
    "Condition",
    "ConditionFigure",
    "ConditionPhysician",
    "ConditionSeeAlso",
    "ConditionSource",
    "ConditionSymptom",
    "ConditionTerm",
    "ConditionTest",
    "ConditionTreatment",
    "ConditionWarningSign",
    "DiagnosticTest",
    "Hub",
    "ReviewReminder",
    "Source",
    "Symptom",
    "SymptomFigure",
    "SymptomWarningSign",
    "DiagnosticTestFigure",
    "Treatment",
    "TreatmentFigure",
    "TreatmentPhysician",
    "WarningSign",
]
