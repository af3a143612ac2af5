from django.apps import AppConfig


class GlossaryConfig(AppConfig):
    name = "glossary"

    def ready(self):
        from . import hard_words  # noqa: F401 - adds its rule to the gate
