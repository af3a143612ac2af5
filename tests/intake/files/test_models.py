"""The database refuses what no file can be."""

import uuid

import pytest
from django.utils import timezone

from intake.models import DeskSettings, File, Segment
from tests import make
from tests.constraints import broken

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("rule", "values"),
    [
        ("a_file_is_not_empty", {"size": 0}),
        ("a_file_has_at_most_its_bytes", {"arrived": 11}),
        ("a_file_has_at_most_its_bytes", {"arrived": -1}),
        ("a_file_has_a_known_state", {"state": "lost"}),
        ("a_file_that_is_kept_is_whole", {"state": "whole", "arrived": 9}),
        ("a_file_that_is_kept_says_whether_it_was_scanned", {"state": "kept", "arrived": 10}),
        ("a_file_that_is_kept_says_whether_it_was_scanned", {"scan": "clean"}),
    ],
)
def test_a_file_keeps_the_rules(rule, values):
    now = timezone.now()
    file = File(id=uuid.uuid4(), owner=uuid.uuid4(), begun_at=now, moved_at=now, **{"size": 10, **values})
    file.seal({"name": "scan.dcm"})

    with broken(rule):
        file.save(force_insert=True)


def test_a_place_in_a_file_has_one_segment():
    segment = make.file(make.request()).segments.get()

    with broken("one_segment_in_each_place"):
        Segment.objects.create(file=segment.file, index=0, length=1, blob="another", digest="0" * 64)


@pytest.mark.parametrize("gigabytes", [0, 21])
def test_the_desk_takes_1_to_20_gigabytes(gigabytes):
    with broken("the_desk_takes_1_to_20_gigabytes"):
        DeskSettings.objects.update(most_gigabytes=gigabytes)
