"""Each look at what is personal in the admin is on record before anything is shown, by whichever address."""

import re

import pytest
from django.apps import apps
from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.urls import reverse

from accounts.models import User
from pages.models import Feedback
from record.looks import LooksOnRecord
from record.models import Entry
from tests import make
from tests.accounts.test_matrix import routes
from tests.forms import submitted

pytestmark = [pytest.mark.django_db, pytest.mark.once]
ACCOUNTS = "/admin/accounts/user/"
ANSWERS = "/admin/pages/feedback/"
AUTOCOMPLETE = "/admin/autocomplete/"
OWNER = {"app_label": "conditions", "model_name": "condition", "field_name": "owner"}

# Every model of the project is one or the other. What is personal is in the admin on record or not at all.
PERSONAL = {
    "accounts.User": "who works here, and their addresses",
    "accounts.Letter": "to whom mail went",
    "accounts.Sending": "from where forms were sent, as a hash",
    "admin.LogEntry": "who did what",
    "axes.AccessAttempt": "from where somebody tried to sign in",
    "axes.AccessAttemptExpiration": "from where somebody tried to sign in",
    "axes.AccessFailureLog": "from where somebody tried to sign in",
    "axes.AccessLog": "from where somebody signed in",
    "intake.Draft": "what a patient has begun to write",
    "intake.File": "what a patient sends",
    "intake.Segment": "what a patient sends, sealed",
    "intake.Event": "what was done about a request, and by whom",
    "intake.Lookup": "by what a request is found, as hashes",
    "intake.Inquiry": "that somebody looked at how a request stands",
    "intake.Message": "what the desk wrote to a patient",
    "intake.Notice": "to whom mail about a request goes",
    "intake.Request": "what a patient wrote",
    "otp_static.StaticDevice": "whose recovery codes there are",
    "otp_static.StaticToken": "recovery codes",
    "otp_totp.TOTPDevice": "a person's second factor",
    "pages.Feedback": "readers may write of themselves",
    "record.Entry": "who did and saw what; a screen of its own",
    "sessions.Session": "who is signed in",
}
NOT_PERSONAL = {
    "auth.Group auth.Permission contenttypes.ContentType": "what there is, and what roles may do",
    "housekeeping.Heartbeat housekeeping.Lease": "about the loop and no person",
    "publishing.Page publishing.Address publishing.Edition publishing.EditionFile publishing.Mention": "to be public",
    "publishing.OldAddress publishing.ExternalLink": "addresses of public pages",
    "publishing.PreviewLink": "who lets somebody read which draft",
    "publishing.Review": "who approved what; readers see it",
    "publishing.ReviewRequest": "who asks whom to read a page",
    "publishing.Revision": "the words of public pages",
    "conditions.Condition conditions.Hub conditions.Symptom conditions.DiagnosticTest conditions.Treatment": "public",
    "conditions.ReviewReminder": "that staff were told of a review",
    "conditions.WarningSign conditions.Source glossary.Term figures.Figure": "to be public",
    "conditions.ConditionTerm conditions.ConditionWarningSign conditions.SymptomWarningSign": "rows of public pages",
    "conditions.ConditionSymptom conditions.ConditionTest conditions.ConditionTreatment": "rows of public pages",
    "conditions.ConditionPhysician conditions.ConditionSeeAlso conditions.ConditionFigure": "rows of public pages",
    "conditions.SymptomFigure conditions.DiagnosticTestFigure conditions.TreatmentPhysician": "rows of public pages",
    "conditions.TreatmentFigure conditions.ConditionSource": "rows of public pages",
    "physicians.Physician physicians.Location": "what the department says of them to everyone",
    "news.Article news.ArticleCondition news.ArticlePhysician news.ArticleTreatment": "to be public",
    "pages.InformationPage pages.SiteDetails": "to be public",
    "intake.DeskSettings intake.Holiday intake.Retention": "about the desk and no person",
    "intake.Template intake.Wording": "the same for every patient",
    "intake.Erasure intake.Tally": "numbers of what was there, of nobody",
    "search.UnfoundWord": "kept once many days have it, and of no person",
}


@pytest.fixture
def administrator(as_):
    """Signed in with `client`."""
    person = make.user("Administrator")
    as_(person)
    return person


@pytest.fixture
def ada(db):
    return make.user("Editor", username="ada", first_name="Ada", last_name="Lovelace")


@pytest.fixture
def answer(db):
    return Feedback.objects.create(page=make.condition(), answer="no", comment="My name is …")


@pytest.fixture
def asked(db):
    return make.request("My back hurts.")


@pytest.fixture
def rows():
    """A function that gives the rows since it was last asked, as (action, kind, key, detail, outcome)."""
    seen = Entry.objects.order_by("-number").values_list("number", flat=True).first() or 0

    def new():
        nonlocal seen
        found = list(Entry.objects.filter(number__gt=seen).order_by("number"))
        seen += len(found)
        return [(row.action, row.kind, row.key, row.detail, row.outcome) for row in found]

    return new


# All of it


def test_every_model_is_said_to_be_personal_or_not():
    labels = {model._meta.label for model in apps.get_models()}
    said = [*PERSONAL, *(label for several in NOT_PERSONAL for label in several.split())]

    assert sorted(said) == sorted(labels)


def test_every_personal_model_in_the_admin_is_on_record():
    registered = {model._meta.label: kept for model, kept in admin.site._registry.items()}
    on_record = {label for label, kept in registered.items() if isinstance(kept, LooksOnRecord)}

    assert on_record == registered.keys() & PERSONAL.keys() - {"record.Entry"}


def personal_addresses(thing):
    """The addresses about the model of `thing` in the admin, from the resolver."""
    options = thing._meta
    before = f"/admin/{options.app_label}/{options.model_name}/"
    for _name, route in routes():
        if route.startswith(before) and "content_type_id" not in route:
            yield re.sub(r"<[^>]+>", str(thing.pk), route)
    for parameter in ("?q=lovelace", "?_popup=1", "?_popup=1&_to_field=id", "?o=1", "?all=", "?p=9"):
        yield before + parameter


LOOKS = ("view", "list", "search")


@pytest.mark.parametrize("method", ["get", "head", "post"])
@pytest.mark.parametrize(
    "role", ["Administrator", "Editor", "Clinician", "Coordinator", "Privacy officer", "superuser"]
)
def test_no_address_of_what_is_personal_answers_without_a_row(client, ada, answer, asked, rows, role, method):
    person = make.user(is_superuser=True) if role == "superuser" else make.user(role)
    make.signed_in(client, person)
    rows()
    count, silent = 0, []
    for thing in (ada, answer, asked):
        kind, key = thing._meta.model_name, str(thing.pk)
        for address in personal_addresses(thing):
            said = getattr(client, method)(address)
            written = rows()
            count += 1
            about_it = [row for row in written if row[1] == kind and row[2] in ("", key)]
            if said.status_code == 403:
                right = [row[-1] for row in about_it] == ["refused"]
            elif said.status_code == 200:
                right = bool(about_it) or address.endswith("/add/")
            else:  # nothing of it is shown
                right = said.status_code in (302, 404, 405)
            if not right or len(about_it) != len(written):
                silent.append((address, said.status_code, written))

    assert not silent, silent
    assert count > 25


@pytest.mark.parametrize("method", ["get", "post"])
def test_nothing_personal_is_shown_while_the_record_takes_no_row(client, ada, answer, asked, method, request):
    person = make.user("Coordinator", is_superuser=True)
    make.signed_in(client, person)
    client.raise_request_exception = False
    request.getfixturevalue("unwritable_record")
    shown = []
    for thing in (ada, answer, asked):
        for address in [*personal_addresses(thing), f"{AUTOCOMPLETE}?{'&'.join(map('='.join, OWNER.items()))}"]:
            if address.endswith("/add/"):
                continue
            said = getattr(client, method)(address)
            words = said.content.decode()
            personal = ("Lovelace", "My name is", "My back", asked.reference)
            if any(text in words for text in personal) or said.status_code == 200:
                shown.append((address, said.status_code))
    told = client.get(ACCOUNTS)

    assert not shown, shown
    assert told.status_code == 503
    assert "Nothing was shown or changed" in told.content.decode()
    assert "Please try again in a while, and tell whoever runs the site." in told.content.decode()


# Accounts


def test_looks_at_accounts_are_on_record(client, administrator, ada, rows):
    for look in ("change", "history", "close", "reset"):
        client.get(reverse(f"admin:accounts_user_{look}", args=[ada.pk]))

    key = str(ada.pk)
    assert rows() == [
        ("view", "user", key, "", "allowed"),
        ("view", "user", key, "history", "allowed"),
        ("view", "user", key, "Close the account?", "allowed"),
        ("view", "user", key, "Send a link for a new password?", "allowed"),
    ]


@pytest.mark.parametrize(
    ("typed", "action", "detail"),
    [
        ({}, "list", ""),
        ({"o": "1", "p": "1", "all": "", "_popup": "1"}, "list", ""),
        ({"q": "lovelace"}, "search", "words"),
        ({"q": ""}, "list", ""),
        ({"groups__id__exact": "1", "is_active__exact": "1", "q": "lovelace"}, "search", "groups, active, words"),
        ({"lovelace": "lovelace"}, "search", "something else"),
        ({"lovelace__exact": "x", "smith": "x"}, "search", "something else"),
    ],
    ids=str,
)
def test_a_search_of_accounts_is_on_record_with_its_kind_alone(client, administrator, rows, typed, action, detail):
    rows()

    client.get(ACCOUNTS, typed)

    assert rows() == [(action, "user", "", detail, "allowed")]


def test_a_save_that_changes_nothing_is_no_change(client, administrator, ada, rows):
    address = reverse("admin:accounts_user_change", args=[ada.pk])
    form = submitted(client.get(address))
    rows()

    client.post(address, form | {"_save": ""})
    unchanged = rows()
    client.post(address, form | {"username": "", "_save": ""})
    shown_again = rows()
    client.post(address, form | {"first_name": "Augusta", "_save": ""})

    assert unchanged == []
    assert shown_again == [("view", "user", str(ada.pk), "", "allowed")]
    assert rows() == [("change", "user", str(ada.pk), "First name", "allowed")]


def test_refused_looks_at_accounts_are_filed_as_the_looks_would_be(as_, publisher, ada, rows):
    client = as_(publisher)
    rows()

    client.get(ACCOUNTS)
    client.get(ACCOUNTS, {"q": "lovelace"})
    client.get(f"{ACCOUNTS}add/")
    for look in ("change", "history", "delete"):
        client.get(reverse(f"admin:accounts_user_{look}", args=[ada.pk]))
    client.post(reverse("admin:accounts_user_change", args=[ada.pk]), {"first_name": "Augusta"})
    client.get(f"{ACCOUNTS}999999/change/")

    key = str(ada.pk)
    assert rows() == [
        ("list", "user", "", "", "refused"),
        ("search", "user", "", "words", "refused"),
        ("add", "user", "", "", "refused"),
        ("view", "user", key, "", "refused"),
        ("view", "user", key, "history", "refused"),
        ("delete", "user", key, "", "refused"),
        ("change", "user", key, "", "refused"),
        ("view", "user", "", "", "refused"),
    ]


def test_a_look_that_fails_is_told(client, administrator, ada, rows, monkeypatch):
    monkeypatch.setattr(User, "get_full_name", lambda account: 1 / 0)
    client.raise_request_exception = False
    rows()

    assert client.get(ACCOUNTS).status_code == 500

    assert [(row[0], row[-1]) for row in rows()] == [("list", "allowed"), ("list", "failed")]


def test_an_action_on_chosen_accounts_that_nobody_may_take_is_refused_on_record(client, administrator, ada, rows):
    rows()

    said = client.post(ACCOUNTS, {"action": "delete_selected", "_selected_action": [ada.pk], "index": "0"})

    assert said.status_code == 403
    assert rows() == [("delete", "user", "", "delete_selected", "refused")]


# Fields that look accounts up


def test_accounts_offered_to_choose_from_are_on_record(client, administrator, ada, rows):
    rows()

    offered = client.get(AUTOCOMPLETE, OWNER | {"term": "lovelace"}).json()["results"]
    client.get(AUTOCOMPLETE, OWNER)

    assert [one["text"] for one in offered] == ["ada"]
    assert rows() == [
        ("search", "user", "", "words, to choose", "allowed"),
        ("list", "user", "", "to choose", "allowed"),
    ]


def test_accounts_that_are_not_offered_are_on_record_as_refused(as_, editor, rows):
    client = as_(editor)
    rows()

    assert client.get(AUTOCOMPLETE, OWNER | {"term": "a"}).status_code == 403

    assert rows() == [("search", "user", "", "words, to choose", "refused")]


def test_what_is_not_personal_is_offered_without_a_row(as_, editor, rows):
    client = as_(editor)
    make.symptom("Sample numbness")
    rows()
    field = {"app_label": "conditions", "model_name": "conditionsymptom", "field_name": "symptom"}

    assert client.get(AUTOCOMPLETE, field | {"term": "numb"}).status_code == 200

    assert rows() == []


# What readers said: rows that are deleted, one or many


def test_deleting_is_on_record_before_and_when_it_is_done(as_, editor, answer, rows):
    client = as_(editor)
    rows()

    client.get(f"{ANSWERS}{answer.pk}/delete/")
    client.post(f"{ANSWERS}{answer.pk}/delete/", {"post": "yes"})

    key = str(answer.pk)
    assert rows() == [
        ("view", "feedback", key, "before deleting", "allowed"),
        ("delete", "feedback", key, "", "allowed"),
    ]
    assert not Feedback.objects.exists()


def test_deleting_several_is_on_record_for_each(as_, editor, answer, rows):
    client = as_(editor)
    answers = [answer, Feedback.objects.create(page=answer.page, answer="yes")]
    keys = sorted(str(one.pk) for one in answers)
    chosen = {"action": "delete_selected", "_selected_action": keys}
    rows()

    client.post(ANSWERS, chosen | {"index": "0"})
    asked = rows()
    client.post(ANSWERS, chosen | {"post": "yes"})

    assert sorted(asked) == [("view", "feedback", key, "delete_selected", "allowed") for key in keys]
    assert sorted(rows()) == [("delete", "feedback", key, "", "allowed") for key in keys]
    assert not Feedback.objects.exists()


def test_deleting_that_is_undone_is_told(as_, editor, answer, rows, monkeypatch):
    client = as_(editor)
    client.raise_request_exception = False
    monkeypatch.setattr(Feedback, "delete", lambda *args: 1 / 0)
    rows()

    client.post(f"{ANSWERS}{answer.pk}/delete/", {"post": "yes"})

    assert [(row[0], row[-1]) for row in rows()] == [("delete", "allowed"), ("delete", "failed")]
    assert Feedback.objects.exists()


# A page of one's own


def test_a_page_of_one_s_own_finds_its_row_or_refuses_on_record(rf, ada, editor, rows):
    kept = admin.site._registry[User]
    request = rf.get("/")
    request.user = editor

    assert kept.at_hand(request, str(ada.pk), "print", may=lambda request, account: True) == ada
    with pytest.raises(PermissionDenied):
        kept.at_hand(request, str(ada.pk), "print", may=lambda request, account: False)

    assert rows() == [("print", "user", str(ada.pk), "", "refused")]
