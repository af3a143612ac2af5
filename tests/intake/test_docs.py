"""Coordinators read what each question is for, and what each word on the list means."""

import pytest
from django.conf import settings

from intake.models import Request
from intake.steps import STEPS

pytestmark = pytest.mark.once

TEXT = (settings.BASE_DIR / "docs/coordinators.md").read_text(encoding="utf-8")
FIELDS = [(step, name) for step in STEPS for name in step.base_fields]


@pytest.mark.parametrize(("step", "name"), FIELDS, ids=lambda part: getattr(part, "KEY", part))
def test_every_question_has_a_use_that_coordinators_can_read(step, name):
    question = str(step.NAMES.get(name, step.base_fields[name].label))
    lines = [line.split("|")[1:-1] for line in TEXT.splitlines() if f"`{step.KEY}.{name}`" in line]

    assert [cells[0].strip() for cells in lines] == [question]
    assert lines[0][2].strip()


def test_no_question_is_explained_that_is_not_asked():
    explained = {line.split("`")[1] for line in TEXT.splitlines() if line.startswith("| ") and line.count("`") == 2}

    assert explained == {f"{step.KEY}.{name}" for step, name in FIELDS}


@pytest.mark.parametrize("word", [*Request.Status.labels, *Request.Priority.labels])
def test_every_status_and_priority_is_explained(word):
    assert f"\n| {word} | " in TEXT
