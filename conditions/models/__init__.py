"""Conditions and the library of symptoms, tests and treatments that their pages share."""

from .condition import Condition
from .library import DiagnosticTest, Symptom, Treatment
from .rows import (
    ITSELF,
    ONE_LEAD,
    ConditionPhysician,
    ConditionSeeAlso,
    ConditionSymptom,
    ConditionTerm,
    ConditionTest,
    ConditionTreatment,
    ConditionWarningSign,
    SymptomWarningSign,
)
from .sources import ConditionSource, Source
from .warning_signs import WarningSign

__all__ = [
    "ITSELF",
    "ONE_LEAD",
    "Condition",
    "ConditionPhysician",
    "ConditionSeeAlso",
    "ConditionSource",
    "ConditionSymptom",
    "ConditionTerm",
    "ConditionTest",
    "ConditionTreatment",
    "ConditionWarningSign",
    "DiagnosticTest",
    "Source",
    "Symptom",
    "SymptomWarningSign",
    "Treatment",
    "WarningSign",
]
