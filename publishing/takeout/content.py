"""What belongs to the content of a site, and what does not."""

from django.apps import apps
from django.contrib.auth import get_user_model
from django.core import serializers
from django.db.migrations.recorder import MigrationRecorder
from django.db.models import ForeignKey

FORMAT = 1
MOST_BYTES = 64 * 1024**3  # of all files of an archive; what is more is neither written nor read
MOST_FILES = 100_000
MOST_OF_MANIFEST = 64 * 1024**2
APPS = ("publishing", "figures", "glossary", "physicians", "conditions", "news", "pages")
LEFT_OUT = {
    "publishing.externallink": "it says what its site found when it looked",
    "publishing.previewlink": "it is open for days, and signed with a key of its site",
    "publishing.reviewrequest": "it is a task for the staff of its site",
    "conditions.reviewreminder": "it says which mails its site has sent",
    "pages.feedback": "readers wrote it to their department",
}


def models():
    """The models of content, in the order of their names."""
    found = [model for app in APPS for model in apps.get_app_config(app).get_models() if label(model) not in LEFT_OUT]
    return sorted(found, key=label)


def label(model):
    return model._meta.label_lower


def rows_of(model):
    """All rows of `model` as Django's serializer for Python gives them, by key; people by their user names."""
    rows = model._base_manager.order_by("pk")
    return serializers.serialize("python", rows, use_natural_foreign_keys=True)


def people():
    """Whom the content names, by user name: those and their full names, without an address."""
    keys = set()
    for model in models():
        for field in model._meta.local_fields:
            if isinstance(field, ForeignKey) and field.related_model is get_user_model():
                named = model._base_manager.exclude(**{field.name: None}).order_by()
                keys.update(named.values_list(field.attname, flat=True))
    rows = get_user_model().objects.filter(pk__in=keys).order_by("username")
    return list(rows.values("username", "first_name", "last_name"))


def migrations(connection):
    """By app, the last migration that the database has had."""
    applied = MigrationRecorder(connection).applied_migrations()
    return {app: max(name for of, name in applied if of == app) for app in APPS}
