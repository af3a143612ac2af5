import json

from django.db import models

from .. import sealing


class SealedRow(models.Model):
    """A row whose words are sealed under a key of its own and bound to it; its key is known before it is inserted.

    Whoever adds a field says in SEALED or PLAIN which it is: what a patient wrote, or what tells of it, is sealed.
    """

    SEALED = ("key", "words")
    PLAIN = ("id",)

    id = models.UUIDField(primary_key=True, editable=False)
    key = models.BinaryField("sealed key", editable=False)
    words = models.BinaryField("sealed words", editable=False)

    class Meta:
        abstract = True

    @property
    def bound(self):
        """Where what is sealed belongs."""
        return f"{self._meta.label_lower}:{self.pk}".encode()

    def seal(self, words):
        """Keep `words`, anything that JSON can say, under the row's key; saves nothing."""
        if not self.key:
            self.key = sealing.new_key(self.bound)
        self.words = sealing.seal(self.key, json.dumps(words).encode(), self.bound)

    def unsealed(self):
        """What was sealed last. Raises sealing.Unreadable."""
        return json.loads(sealing.unseal(self.key, self.words, self.bound))
