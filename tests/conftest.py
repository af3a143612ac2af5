import os
from pathlib import Path

import pytest
from django.db import connections

from tests import make

written = {}  # by the migrations, for each database
SHARED = Path(__file__).resolve().parent.parent.parent / "shared"


def require(condition, what):
    """Skip the running test without `what`, naming it; where REQUIRE_ALL is 1, fail instead."""
    if not condition:
        (pytest.fail if os.environ.get("REQUIRE_ALL") == "1" else pytest.skip)(f"{what} is missing here")


def shared(path):
    """A file of the folder beside the checkout that holds the reference page and the corpora."""
    file = SHARED / path
    require(file.is_file(), f"../shared/{path}")
    return file


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items):
    """Tests with real transactions empty the tables afterwards: each starts from what the migrations wrote."""
    for item in items:
        marker = item.get_closest_marker("django_db")
        if (marker and marker.kwargs.get("transaction")) or "transactional_db" in item.fixturenames:
            item.add_marker(pytest.mark.django_db(transaction=True, serialized_rollback=True), append=False)


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup):
    written.update(
        (connection.alias, connection._test_serialized_contents)
        for connection in connections.all()
        if hasattr(connection, "_test_serialized_contents")
    )


@pytest.hookimpl(tryfirst=True)
def pytest_fixture_setup(fixturedef):
    """Django keeps what the migrations wrote with a connection; where Playwright has started, it opens another."""
    if fixturedef.argname == "_django_db_helper":
        for alias, contents in written.items():
            connections[alias]._test_serialized_contents = contents


@pytest.fixture
def editor(db):
    return make.user("Editor")


@pytest.fixture
def clinician(db):
    return make.user("Clinician")


@pytest.fixture
def publisher(db):
    return make.user("Publisher")


@pytest.fixture
def coordinator(db):
    return make.user("Coordinator")


@pytest.fixture
def as_(client):
    """A function that signs `client` in as a person and returns it."""

    def sign_in(person):
        client.force_login(person)
        return client

    return sign_in
