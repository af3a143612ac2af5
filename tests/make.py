"""The smallest valid things, for tests to start from."""

from itertools import count

from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group

from conditions.models import Condition, DiagnosticTest, Source, Symptom, Treatment, WarningSign
from glossary.models import Term
from news.models import Article
from pages.models import InformationPage, SiteDetails
from physicians.models import Physician
from publishing import actions

numbers = count(1)


def _page(model, title, **fields):
    number = next(numbers)
    title = title or f"{model.KIND.capitalize()} {number}"
    return model.objects.create(title=title, slug=fields.pop("slug", f"{model.KIND}-{number}"), **fields)


def condition(title="", **fields):
    return _page(Condition, title, **fields)


def source(**fields):
    return Source.objects.create(**{"title": f"Book {next(numbers)}", "publisher": "A Press", "year": 2024, **fields})


def symptom(title="", **fields):
    return _page(Symptom, title, **fields)


def diagnostic_test(title="", **fields):
    return _page(DiagnosticTest, title, **fields)


def treatment(title="", **fields):
    return _page(Treatment, title, **fields)


def warning_sign(title="", **fields):
    return _page(WarningSign, title, **{"level": "call_911", **fields})


def term(title="", **fields):
    return _page(Term, title, **{"meaning": "a plain meaning", **fields})


def physician(family_name="Sample", **fields):
    given_names = fields.pop("given_names", "Ada")
    return _page(Physician, f"{given_names} {family_name}", given_names=given_names, family_name=family_name, **fields)


def article(title="", **fields):
    return _page(Article, title, **fields)


def information(title="", **fields):
    return _page(InformationPage, title, **fields)


def site(**fields):
    return SiteDetails.objects.create(**{"title": "SpineInfo", "slug": "site", **fields})


def published(page, change="First edition."):
    """Publish `page` and return it."""
    actions.publish(page, by=None, change=change)
    return page


def user(role=None, **fields):
    """A member of staff with `role` (a group's name), or with none; `is_superuser` gives all."""
    number = next(numbers)
    name = (role or "someone").lower()
    person = get_user_model().objects.create_user(
        username=f"{name}-{number}",
        email=f"{name}-{number}@example.org",
        password="a long test password",
        **{"is_staff": True, **fields},
    )
    if role:
        person.groups.add(Group.objects.get(name=role))
    return person
