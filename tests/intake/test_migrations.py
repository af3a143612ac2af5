"""An update gives old requests the statuses of the desk, and can be taken back."""

import uuid
from datetime import date, timedelta

import pytest
from django.core.management import call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.utils import timezone

BEFORE = ("intake", "0007_files")
CAME = {"received": "new", "needs_answer": "needs_information", "with_doctor": "in_review", "scheduled": "scheduled"}


@pytest.fixture
def migrated(transactional_db):
    """A function that takes the database to a migration, and gives the models of then."""

    def migrate(target=None):
        executor = MigrationExecutor(connection)
        leaves = [leaf for leaf in executor.loader.graph.leaf_nodes() if leaf[0] == "intake"]
        call_command("migrate", *(target or leaves[0]), verbosity=0)
        return MigrationExecutor(connection).loader.project_state([target or leaves[0]]).apps

    yield migrate
    call_command("migrate", verbosity=0)


def test_old_requests_are_due_and_closed_ones_have_an_outcome_and_all_can_be_taken_back(migrated):
    old = migrated(BEFORE).get_model("intake", "Request")
    now = timezone.now()
    for number, status in enumerate([*CAME, "closed"]):
        old.objects.create(
            id=uuid.uuid4(), reference=f"AAAA-AAAA-AAA{number}", kind="appointment", status=status, consent_version="1",
            received_at=now, answer_by=date(2026, 12, 1), closed_at=now if status == "closed" else None,
            key=b"k", words=b"w",
        )  # fmt: skip
    migrated(BEFORE).get_model("intake", "DeskSettings").objects.update(answer_within=1)

    apps = migrated()
    new = {row.reference: row for row in apps.get_model("intake", "Request").objects.all()}
    for number, status in enumerate(CAME.values()):
        row = new[f"AAAA-AAAA-AAA{number}"]
        assert (row.status, row.outcome, row.due_at) == (status, "", now + timedelta(days=2))
    closed = new["AAAA-AAAA-AAA4"]
    assert (closed.status, closed.outcome, closed.outcome_on, closed.due_at) == (
        "withdrawn", "withdrawn", closed.closed_at.date(), None,
    )  # fmt: skip
    assert apps.get_model("intake", "DeskSettings").objects.get().routine_within == 1

    back = migrated(BEFORE).get_model("intake", "Request")
    assert list(back.objects.order_by("reference").values_list("status", flat=True)) == [*CAME, "closed"]
    back.objects.all().delete()
