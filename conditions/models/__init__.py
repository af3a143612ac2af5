"""Conditions and the library of symptoms, tests and treatments that their pages share."""

from .condition import Condition
from .library import DiagnosticTest, Symptom, Treatment
from .rows import (
    ONE_LEAD,
    ConditionPhysician,
    ConditionSymptom,
    ConditionTerm,
    ConditionTest,
    ConditionTreatment,
    ConditionWarningSign,
    SymptomWarningSign,
)
from .warning_signs import WarningSign

__all__ = [
    "ONE_LEAD",
    "Condition",
    "ConditionPhysician",
    "ConditionSymptom",
    "ConditionTerm",
    "ConditionTest",
    "ConditionTreatment",
    "ConditionWarningSign",
    "DiagnosticTest",
    "Symptom",
    "SymptomWarningSign",
    "Treatment",
    "WarningSign",
]
