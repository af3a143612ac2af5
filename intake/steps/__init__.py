"""What a patient is asked, step by step. docs/coordinators.md says what each answer is for."""

from .doctor import Doctor
from .illness import NONE, Before, Diagnosis, Questions, Reason, Signs
from .people import Asking, Language, Patient, Reach
from .records import Files, Records
from .step import Step

__all__ = ["NONE", "STEPS", "Files", "Reach", "Records", "Signs", "Step", "steps_of"]

STEPS = (Signs, Asking, Patient, Reach, Language, Reason, Before, Diagnosis, Questions, Doctor, Records, Files)


def steps_of(kind):
    """The steps of a request of `kind`, in their order."""
    return [step for step in STEPS if kind in step.KINDS]
