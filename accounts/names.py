"""User names and addresses as people mean them: in large or small letters, by whichever keyboard."""

import unicodedata

from django.db import models

LONGEST_KEY = 254


def key_of(name):
    """What two spellings of one name have in common."""
    return unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", name).strip().casefold())


class KeyField(models.CharField):
    """Holds the key of the field `of`, made anew at each save. A save that names its fields must name both."""

    def __init__(self, *args, of, **kwargs):
        self.of = of
        super().__init__(*args, **{"max_length": LONGEST_KEY, "editable": False, **kwargs})

    def deconstruct(self):
        name, path, args, kwargs = super().deconstruct()
        return name, path, args, {**kwargs, "of": self.of}

    def pre_save(self, instance, add):
        key = key_of(getattr(instance, self.of))
        setattr(instance, self.attname, key)
        return key
