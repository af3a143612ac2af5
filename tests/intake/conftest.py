from types import SimpleNamespace

import pytest

from tests import make
from tests.intake.patient import Patient


@pytest.fixture
def department(db):
    """A site with what the forms offer: signs, a condition, a surgeon for adults and one for children."""
    make.published(make.site(title="Spine Place", phone="212-555-0142"))
    return SimpleNamespace(
        sign=make.published(make.warning_sign("You can't move a leg", is_general=True)),
        today=make.published(make.warning_sign("You have a fever", level="call_today", is_general=True)),
        condition=make.published(make.condition("Slipped disk", slug="slipped-disk")),
        surgeon=make.published(make.physician("Adler", gives_second_opinions=True)),
        pediatric=make.published(make.physician("Birch", patients="pediatric")),
    )


@pytest.fixture
def patient(client, department):
    return Patient(client)
