import pytest
from django.contrib.auth.models import Group
from django.core.exceptions import ValidationError
from django.core.management import call_command
from django.db import IntegrityError

from accounts.models import User
from tests import make

PAGES = {
    "conditions": ("condition", "symptom", "diagnostictest", "treatment", "warningsign", "source", "hub"),
    "physicians": ("physician", "location"),
    "figures": ("figure",),
    "glossary": ("term",),
    "news": ("article",),
    "pages": ("informationpage",),
}
ROWS = {
    "conditions": (
        "conditionterm",
        "conditionwarningsign",
        "conditionsymptom",
        "conditiontest",
        "conditiontreatment",
        "conditionphysician",
        "symptomwarningsign",
        "conditionseealso",
        "conditionsource",
        "conditionfigure",
        "symptomfigure",
        "diagnostictestfigure",
        "treatmentfigure",
        "treatmentphysician",
    ),
    "news": ("articlecondition", "articlephysician", "articletreatment"),
}


def permissions(models, *actions):
    return {f"{app}.{action}_{model}" for app, names in models.items() for model in names for action in actions}


CONTENT = {app: (*PAGES.get(app, ()), *ROWS.get(app, ())) for app in PAGES}
VIEW_CONTENT = permissions(CONTENT, "view")
FEEDBACK = {"pages.view_feedback", "pages.delete_feedback"}
EXPECTED = {
    "Editor": permissions(CONTENT, "add", "change", "delete", "view")
    | FEEDBACK
    | {"pages.view_sitedetails", "publishing.view_review", "search.view_unfoundword", "search.delete_unfoundword"},
    "Clinician": VIEW_CONTENT | {"pages.view_sitedetails", "publishing.view_review", "publishing.review_page"},
    "Publisher": VIEW_CONTENT
    | FEEDBACK
    | {"pages.view_sitedetails", "publishing.publish_page", "publishing.view_review", "search.view_unfoundword"}
    | {"publishing.keep_review"},
    "Coordinator": {
        *("intake.view_request", "intake.change_request", "intake.hold_request", "intake.view_desksettings"),
        *("intake.view_template", "intake.add_template", "intake.change_template", "intake.count_request"),
    },
    "Reviewing physician": {"intake.review_request"},
    "Privacy officer": {
        *("record.view_entry", "intake.hold_request", "intake.erase_request", "intake.view_erasure"),
        "intake.count_request",
    },
    "Administrator": VIEW_CONTENT
    | {"publishing.view_review", "intake.view_desksettings", "intake.change_desksettings"}
    | permissions({"pages": ("sitedetails",), "accounts": ("user",)}, "add", "change", "view"),
}


def granted():
    return {
        group.name: {f"{app}.{codename}" for app, codename in group.permissions.values_list(*NAME)}
        for group in Group.objects.all()
    }


NAME = ("content_type__app_label", "codename")


def test_each_role_may_do_what_it_is_for_and_no_more(db):
    assert granted() == EXPECTED


@pytest.mark.parametrize("role", EXPECTED)
def test_a_person_has_what_their_role_has(db, role):
    assert make.user(role).get_all_permissions() == EXPECTED[role]


def test_the_roles_can_be_taken_back_and_made_again(transactional_db):
    call_command("migrate", "accounts", "0001_first", verbosity=0)
    without = granted()
    call_command("migrate", verbosity=0)

    assert without == {}
    assert granted() == EXPECTED


def test_two_accounts_cannot_share_an_email_address_however_it_is_spelled(db):
    User.objects.create_user("first", "ada@example.org", "a long test password")

    with pytest.raises(ValidationError, match="Each person has one account"):
        User(username="second", email="ADA@example.org", password="x").full_clean()
    with pytest.raises(IntegrityError):
        User.objects.create_user("second", "ADA@example.org", "a long test password")
