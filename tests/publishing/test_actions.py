import pytest
from django.utils import timezone

from publishing import actions
from publishing.models import Edition
from tests import make

pytestmark = pytest.mark.django_db


def test_a_change_stays_hidden_until_it_is_published():
    condition = make.published(make.condition("Sciatica"))

    condition.title = "Sciatic pain"
    condition.save()

    assert Edition.objects.live(timezone.now()).get().title == "Sciatica"
    actions.publish(condition, by=None, change="A better name.")
    assert Edition.objects.live(timezone.now()).get().title == "Sciatic pain"
