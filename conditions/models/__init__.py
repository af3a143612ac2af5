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
)

__all__ = [
    "ONE_LEAD",
    "Condition",
    "ConditionPhysician",
    "ConditionSymptom",
    "ConditionTerm",
    "ConditionTest",
    "ConditionTreatment",
    "DiagnosticTest",
    "Symptom",
    "Treatment",
]
