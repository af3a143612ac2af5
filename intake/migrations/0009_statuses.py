from datetime import timedelta

from django.db import migrations
from django.db.models import F
from django.db.models.functions import Least

from accounts.roles import COORDINATOR, PRIVACY_OFFICER, REVIEWING_PHYSICIAN, grant

NAMES = {"received": "new", "needs_answer": "needs_information", "with_doctor": "in_review", "closed": "withdrawn"}


def name_anew(apps, schema_editor):
    """What was closed before there were outcomes counts as withdrawn; what is open is due as if it came routinely."""
    Request = apps.get_model("intake", "Request")
    for before, after in NAMES.items():
        Request.objects.filter(status=before).update(status=after)
    closed = Request.objects.filter(closed_at__isnull=False)
    for request in closed.only("pk", "closed_at").iterator():
        Request.objects.filter(pk=request.pk).update(outcome="withdrawn", outcome_on=request.closed_at.date())
    Request.objects.filter(closed_at=None).update(due_at=F("received_at") + timedelta(days=2))
    apps.get_model("intake", "DeskSettings").objects.update(routine_within=Least("routine_within", "answer_within"))


def name_as_before(apps, schema_editor):
    Request = apps.get_model("intake", "Request")
    Request.objects.filter(closed_at__isnull=False).update(status="closed")
    for before, after in NAMES.items():
        Request.objects.filter(status=after).update(status=before)
    Request.objects.filter(status__in=["accepted", "opinion_in_progress"]).update(status="with_doctor")


def grant_to_roles(apps, schema_editor):
    grant(apps, COORDINATOR, "intake.Request", "change")
    grant(apps, COORDINATOR, "intake.Template", "view", "add", "change")
    grant(apps, REVIEWING_PHYSICIAN, "intake.Request", "review_request")
    grant(apps, PRIVACY_OFFICER, "intake.Request", "erase_request")


class Migration(migrations.Migration):
    dependencies = [("accounts", "0011_reviewing_physician"), ("intake", "0008_desk_work")]
    operations = [
        migrations.RunPython(name_anew, name_as_before),
        migrations.RunPython(grant_to_roles, migrations.RunPython.noop),
    ]
