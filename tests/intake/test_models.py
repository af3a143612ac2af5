"""Each field of each model is said to be sealed or plain, and what is sealed is bytes."""

import pytest
from django.apps import apps
from django.db.models import BinaryField

MODELS = list(apps.get_app_config("intake").get_models())
each_model = pytest.mark.parametrize("model", MODELS, ids=lambda model: model.__name__)


@each_model
def test_every_field_is_classed_as_sealed_or_plain_and_as_one_alone(model):
    fields = [field.name for field in model._meta.get_fields() if field.concrete]

    assert sorted([*model.SEALED, *model.PLAIN]) == sorted(fields)


@each_model
def test_what_is_sealed_is_kept_as_bytes_and_no_other_field_is(model):
    binary = {field.name for field in model._meta.get_fields() if isinstance(field, BinaryField)}

    assert binary == set(model.SEALED)
