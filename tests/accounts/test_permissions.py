"""What a person may do, and how it is asked."""

import pytest
from django.contrib.auth.backends import ModelBackend
from django.contrib.auth.models import Permission

from tests import make

pytestmark = [pytest.mark.django_db, pytest.mark.once]


def test_one_query_finds_what_django_finds_in_two(django_assert_num_queries):
    person = make.user("Publisher")
    person.user_permissions.add(Permission.objects.get(codename="view_request"))
    person.user_permissions.add(Permission.objects.get(codename="publish_page"))  # which the role has as well
    again = type(person).objects.get(pk=person.pk)

    with django_assert_num_queries(1):
        found = person.get_all_permissions()

    assert found == ModelBackend().get_user_permissions(again) | ModelBackend().get_group_permissions(again)
    assert {"publishing.publish_page", "intake.view_request"} <= found


def test_who_is_not_active_may_do_nothing():
    person = make.user("Publisher", is_active=False)

    assert person.get_all_permissions() == set()
    assert not person.has_perm("publishing.publish_page")
