"""Every address of the site, by everyone, by GET and by POST."""

import io
import re
from functools import cache

import pytest
from django.apps import apps
from django.db import transaction
from django.test import Client
from django.urls import URLPattern, get_resolver, reverse
from django.utils import timezone

from accounts.roles import ROLES
from intake.checking.look import look_at
from intake.models import DeskSettings, Request
from pages.models import Feedback
from physicians.models import Location
from publishing.models import Page
from publishing.revisions import keep
from search.models import UnfoundWord
from tests import make
from tests.intake.checking.odd_files import dicom

pytestmark = [pytest.mark.django_db, pytest.mark.once]
SEGMENT = re.compile(r"<(?:\w+:)?(\w+)>")
OF_THE_MOMENT = re.compile(r'(?<=name="csrfmiddlewaretoken" value=")\w+|(?<=<updated>)[^<]+|(?<=Expires: )\S+')
EVERYONE = (*ROLES, "superuser", "nobody's role")
# The only pages that a half sign-in opens; without an admin's rule they tell a stranger to sign in.
STEPS = {"admin:code", "admin:recovery", "admin:second_factor", "admin:logout"}
# Roles are asked for only once someone is signed in: with a factor and one right, and without one and with every right.
OUTSIDERS = ("Publisher", "superuser")


def routes(patterns=None, before="/", namespace=""):
    """(name, route) of every view."""
    for pattern in get_resolver().url_patterns if patterns is None else patterns:
        route = before + str(pattern.pattern)
        if isinstance(pattern, URLPattern):
            yield f"{namespace}{pattern.name}", route
        else:
            inner = f"{pattern.namespace}:" if pattern.namespace else namespace
            yield from routes(pattern.url_patterns, route, inner)


@pytest.fixture
def things(editor):
    """One of each kind that the admin shows."""
    made = [make.condition(), make.symptom(), make.diagnostic_test(), make.treatment(), make.warning_sign(), make.hub()]
    made += [make.term(), make.figure(), make.physician(), make.article(), make.information(), make.site(), editor]
    made += [
        make.source(),
        Location.objects.create(name="East"),
        UnfoundWord.objects.create(digest="x", word="word", days=3, last_on=timezone.localdate()),
    ]
    for page in made:
        if isinstance(page, Page):
            keep(page, by=None)
    made += [Feedback.objects.create(page=made[0].page_ptr, answer="yes"), make.request(), DeskSettings.objects.get()]
    made += [make.template(), make.erasure()]
    slices = look_at(io.BytesIO(dicom()), "IM1").slices
    asked = next(one for one in made if isinstance(one, Request))
    made.append(make.file(asked, dicom(), "IM1", kind="dicom", slices=slices))
    return {type(one)._meta.label_lower.replace(".", "_"): one for one in made}


@pytest.fixture
def addresses(things):
    """The address of every view, by its name and route."""
    found = {}
    for name, route in routes():
        model = re.fullmatch(r"/admin/(\w+)/(\w+)/.*", route)
        thing = model and things.get("_".join(model.groups()))
        values = {
            "slug": "none",
            "name": "none.png",
            "token": "none",
            "content_type_id": "1",
            "object_id": thing.pk if thing else "1",
            "kind": "appointments",
            "way": "appointments",
            "file": things["intake_file"].pk,
            "key": "reach",
            "number": "1",
            "act": "note",
        }
        values |= {"key": values["object_id"], "app_label": "conditions"}
        if "(?P<app_label>" in route:
            route = "/admin/conditions/"
        elif "(?P<url>" in route:
            route = "/admin/no-such-page/"
        found[name, route] = SEGMENT.sub(lambda segment, values=values: str(values[segment[1]]), route)
    return found


def someone(role):
    if role == "superuser":
        return make.user(is_superuser=True)
    return make.user(role if role in ROLES else None)


def answer(client, method, address):
    """What the site says; whatever it did is undone."""
    with transaction.atomic():
        said = getattr(client, method)(address)
        content = b"".join(said.streaming_content) if said.streaming else said.content
        transaction.set_rollback(True)
    return said.status_code, said.headers.get("Location"), OF_THE_MOMENT.sub("", content.decode(errors="replace"))


def half_signed_in(role):
    """Someone whose password was right, and nothing else yet."""
    person = someone(role)
    if role in ("Editor", "nobody's role", "Publisher"):  # the others are to set up a factor
        make.factor(person)
    client = Client()
    said = client.post(reverse("admin:login"), {"username": person.username, "password": make.PASSWORD})
    assert said.headers["Location"].startswith(("/admin/code/", "/admin/second-factor/"))
    return client


def closed(role):
    """Someone whose account was closed while they were signed in."""
    person = someone(role)
    client = make.signed_in(Client(), person)
    type(person).objects.filter(pk=person.pk).update(is_active=False)
    return client


@pytest.mark.parametrize("outsider", [half_signed_in, closed])
@pytest.mark.parametrize("method", ["get", "post"])
def test_whoever_is_not_wholly_signed_in_gets_exactly_what_a_stranger_gets(addresses, method, outsider, cache_kept):
    stranger = Client()
    expected = {
        (name, address): answer(stranger, method, address)
        for (name, _route), address in addresses.items()
        if name not in STEPS or outsider is closed
    }
    deviations = []
    for role in OUTSIDERS:
        client = outsider(role)
        for (name, address), wanted in expected.items():
            if name == "admin:logout":
                continue
            if answer(client, method, address) != wanted:
                deviations.append((role, name, address))

    assert not deviations, deviations
    assert len(expected) > 150


@pytest.fixture
def cache_kept(monkeypatch):
    """Nobody is asked to wait, however often the matrix sends a form."""
    monkeypatch.setattr("accounts.views.seconds_to_wait", lambda *args: 0)
    monkeypatch.setattr("pages.feedback.seconds_to_wait", lambda *args: 0)


@pytest.mark.parametrize("method", ["get", "post"])
def test_a_stranger_gets_no_page_of_the_admin_but_those_to_sign_in(addresses, method):
    got_in = set()
    for (name, _route), address in addresses.items():
        if address.startswith("/admin/"):
            status, to, _words = answer(Client(), method, address)
            if not (status == 302 and to.startswith(("/admin/login/?next=", "/admin/"))):
                got_in.add((name, status))

    expected = {("admin:login", 200), ("admin:stay", 204), ("admin_password_reset", 200), ("new_password", 200)}
    assert got_in == expected | {("admin:logout", 405 if method == "get" else 200)}


@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "TRACK", "PROPFIND", "XYZZY"])
def test_no_page_of_the_admin_takes_a_method_of_another_kind_from_anyone(addresses, method, as_, editor):
    clients = [Client(enforce_csrf_checks=True), half_signed_in("Publisher"), as_(make.user(is_superuser=True))]
    staff = [address for address in addresses.values() if address.startswith("/admin/")]

    deviations = []
    for client in clients:
        for address in staff:
            said = client.generic(method, address)
            if (said.status_code, said.headers.get("Allow"), said.content) != (405, "GET, HEAD, POST", b""):
                deviations.append((address, said.status_code))

    assert len(staff) > 100
    assert not deviations, deviations


# Who may do what in the admin

PAGE = re.compile(r"admin:([a-z]+)_([a-z]+)_(\w+)")
NEEDS = {  # any of these permissions on the model, by what the address is for and the method
    ("changelist", "get"): ("view", "change", "review"),
    ("changelist", "post"): ("view", "change", "review"),
    ("add", "get"): ("add",),
    ("add", "post"): ("add",),
    ("change", "get"): ("view", "change"),
    ("change", "post"): ("change",),
    ("delete", "get"): ("delete",),
    ("delete", "post"): ("delete",),
    ("history", "get"): ("view", "change"),
    ("history", "post"): ("view", "change"),
    ("hold", "get"): ("hold",),
    ("hold", "post"): ("hold",),
    ("erase", "get"): ("erase",),
    ("erase", "post"): ("erase",),
    ("print", "get"): ("view",),
    ("act", "post"): ("change",),
    ("figures", "get"): ("count",),
    ("figures_file", "get"): ("count",),
    ("search", "get"): ("view",),
    ("search", "post"): ("view",),
    ("phone", "get"): ("change",),
    ("phone", "post"): ("change",),
    ("find", "get"): ("hold",),
    ("find", "post"): ("hold",),
    ("preview", "get"): ("view", "change"),
    ("uses", "get"): ("view", "change"),
    ("compare", "get"): ("view", "change"),
    ("preview_links", "get"): ("change",),
    ("preview_links", "post"): ("change",),
    ("read", "get"): ("view", "change"),
    ("save", "get"): ("view", "change"),
    ("bring_back", "get"): ("change",),
    ("bring_back", "post"): ("change",),
    ("addresses", "get"): ("change",),
    ("addresses", "post"): ("change",),
    ("file", "get"): ("view",),
    ("files", "get"): ("view",),
    ("picture", "get"): ("view",),
    ("import", "get"): ("add",),
    ("import", "post"): ("add",),
}


@cache
def has_model(app, model):
    return any(each._meta.label_lower == f"{app}.{model}" for each in apps.get_models())


def may(person, name, method):
    """What the roles say of an address that is about a model; None where this is asked elsewhere."""
    page = PAGE.fullmatch(name)
    if page is None or not has_model(page[1], page[2]):
        return None
    app, model, what = page.groups()
    if name.removeprefix("admin:") in CLOSED_TO_ALL and (what != "change" or method == "post"):
        return False
    if app == "record":
        return None  # tests/record/test_screen.py
    if what in ("publish", "withdraw") and method == "get":
        return person.has_perm("publishing.publish_page")
    needed = NEEDS.get((what, method))
    if f"{app}.{model}" in BY_ROLE_ALONE:
        roles = person.groups.filter(permissions__content_type__app_label=app)
        held = set(roles.values_list("permissions__codename", flat=True))
        return needed and any(f"{action}_{model}" in held for action in needed)
    return needed and any(person.has_perm(f"{app}.{action}_{model}") for action in needed)


BY_ROLE_ALONE = {"intake.request"}  # whoever may do anything may not do this by it
CLOSED_TO_ALL = {
    "accounts_user_delete": "an account is closed",
    "intake_request_change": "what is done about a request has forms of its own",
    "intake_template_delete": "messages keep which words they began with",
    "intake_erasure_add": "an erasure makes it",
    "intake_erasure_change": "it stays as it was written",
    "intake_erasure_delete": "it stays",
    "intake_desksettings_add": "there is one",
    "intake_desksettings_delete": "there is one",
    "figures_figure_preview": "a figure has no page",
    "figures_figure_save": "a figure has no page",
    "figures_figure_addresses": "a figure has no page",
    "conditions_warningsign_addresses": "a warning sign has no page",
    "pages_sitedetails_addresses": "they are on every page",
    "figures_figure_preview_links": "a figure has no page",
    "pages_sitedetails_add": "there is one already",
    "pages_feedback_add": "readers write it",
    "pages_feedback_change": "readers wrote it",
    "search_unfoundword_add": "readers search",
    "search_unfoundword_change": "readers searched",
}


@pytest.mark.parametrize("method", ["get", "post"])
@pytest.mark.parametrize("role", EVERYONE)
def test_a_role_opens_what_it_is_for_and_nothing_else(addresses, role, method):
    person = someone(role)
    client = make.signed_in(Client(), person)
    deviations, asked = [], 0
    for (name, _route), address in addresses.items():
        wanted = may(person, name, method)
        if wanted is None:
            continue
        status, _to, _words = answer(client, method, address)
        asked += 1
        if wanted != (status not in (403, 404, 405)) or status >= 500:
            deviations.append((name, status, wanted))

    assert asked > 80
    assert not deviations, deviations
