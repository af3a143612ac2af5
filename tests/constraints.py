"""Tells which of the database's rules refused a row."""

import re
from contextlib import contextmanager

import pytest
from django.apps import apps
from django.db import IntegrityError, connection, transaction


def named(*apps_with_rules):
    """The columns of every rule that the models of these apps name, by its name; none for a check."""
    return {
        rule.name: {model._meta.get_field(name).column for name in getattr(rule, "fields", ())}
        for app in apps_with_rules
        for model in apps.get_app_config(app).get_models()
        for rule in model._meta.constraints
    }


@contextmanager
def broken(name):
    """Expect the rule `name` to refuse what happens within."""
    with pytest.raises(IntegrityError) as refused, transaction.atomic():
        yield
    assert name in _rules_in(refused.value)


def _rules_in(error):
    """The names of the rules `error` may speak of: of a unique one SQLite gives the columns instead."""
    if connection.vendor == "postgresql":
        return {error.__cause__.diag.constraint_name}
    if check := re.fullmatch(r"CHECK constraint failed: (\w+)|UNIQUE constraint failed: index '(\w+)'", str(error)):
        return {check[1] or check[2]}
    table = re.search(r"(\w+)\.", str(error))[1]
    columns = set(re.findall(r"\.(\w+)", str(error)))
    app = next(model._meta.app_label for model in apps.get_models() if model._meta.db_table == table)
    return {name for name, fields in named(app).items() if fields == columns}
