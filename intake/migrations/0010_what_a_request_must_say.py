from django.db import migrations, models

from intake.models import triggers


class Migration(migrations.Migration):
    dependencies = [("intake", "0009_statuses")]

    operations = [
        migrations.AddConstraint(
            model_name="desksettings",
            constraint=models.CheckConstraint(
                condition=models.Q(("opens__lt", models.F("closes"))), name="the_desk_closes_after_it_opens"
            ),
        ),
        migrations.AddConstraint(
            model_name="desksettings",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("urgent_within__range", (1, 30)),
                    ("routine_within__range", (models.F("urgent_within"), models.F("answer_within"))),
                ),
                name="first_contact_comes_before_the_promised_day_and_urgent_first",
            ),
        ),
        migrations.AddConstraint(
            model_name="desksettings",
            constraint=models.CheckConstraint(
                condition=models.Q(("next_within__range", (1, 30))), name="the_next_step_is_due_within_30_days"
            ),
        ),
        migrations.AddConstraint(
            model_name="request",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "status__in",
                        [
                            "new",
                            "needs_information",
                            "in_review",
                            "accepted",
                            "scheduled",
                            "opinion_in_progress",
                            "opinion_sent",
                            "declined",
                            "no_reply",
                            "withdrawn",
                            "duplicate",
                        ],
                    )
                ),
                name="a_request_has_a_known_status",
            ),
        ),
        migrations.AddConstraint(
            model_name="request",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("closed_at", None), ("due_at__isnull", False), ("outcome", "")),
                    models.Q(
                        ("closed_at__isnull", False),
                        ("due_at", None),
                        (
                            "outcome__in",
                            ["seen", "not_seen", "opinion_sent", "declined", "no_reply", "withdrawn", "duplicate"],
                        ),
                        ("outcome_on__isnull", False),
                    ),
                    _connector="OR",
                ),
                name="an_open_request_is_due_and_a_closed_one_has_an_outcome",
            ),
        ),
        migrations.RunPython(triggers.install, triggers.remove),
    ]
