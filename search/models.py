import datetime

from django.db import DatabaseError, models, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.crypto import salted_hmac

DAYS = 3  # on which a word must have been asked before it can be read
FORGOTTEN_AFTER = datetime.timedelta(days=60)
MOST = 5_000  # rows
LONGEST = 30


class UnfoundWordQuerySet(models.QuerySet):
    def readable(self):
        return self.filter(days__gte=DAYS)

    def note(self, words, on=None):
        """Count the day `on` (today) for each of `words`, which a search without any result asked for.

        Nothing is kept of words with anything but letters. A database that cannot be written to is no reason to
        answer nobody.
        """
        on = on or timezone.localdate()
        words = {word for word in words if word.isalpha() and 2 < len(word) <= LONGEST}
        try:
            with transaction.atomic():
                for word in words:
                    self._count(word, on)
        except DatabaseError:
            return

    def _count(self, word, on):
        digest = salted_hmac("search.UnfoundWord", word, algorithm="sha256").hexdigest()
        known = self.filter(digest=digest)
        day_before = known.values_list("days", "last_on").first()
        if day_before is None:
            self.filter(last_on__lt=on - FORGOTTEN_AFTER).delete()
            if self.count() >= MOST:
                self._make_room()
            if self.count() < MOST:
                self.create(digest=digest, last_on=on)
        elif day_before[1] < on:
            days = day_before[0] + 1
            known.update(days=min(days, DAYS), last_on=on, word=word if days >= DAYS else "")

    def _make_room(self):
        """Drop the word of a single day that was asked longest ago; those that were asked again stay."""
        oldest = self.filter(days=1).order_by("last_on", "pk").values_list("pk", flat=True).first()
        self.filter(pk=oldest).delete()


class UnfoundWord(models.Model):
    """A word that readers looked for and no page has, so that editors learn what is missing.

    Of a search that found anything nothing is kept, and of one that found nothing only its single words: neither their
    order nor what they stood beside, no time, and nothing of who asked. Searches with a digit or an @ are left out
    whole. Until a word has been asked on three days there is a keyed hash of it and the last of its days, no more; what
    one person types once can't be read here. A word that nobody asks for any longer is forgotten after sixty days, and
    at once when an editor deletes it; where there are too many, the oldest of those asked on one day goes first. One
    sender can note a few searches in an hour, counted in the cache as pages.limits does and not here.
    """

    digest = models.CharField(max_length=64, unique=True, editable=False)
    word = models.CharField(max_length=LONGEST, blank=True)
    days = models.PositiveSmallIntegerField(default=1)
    last_on = models.DateField("last asked on")

    objects = UnfoundWordQuerySet.as_manager()

    class Meta:
        verbose_name = "word nobody found"
        verbose_name_plural = "words nobody found"
        ordering = ["-last_on", "word"]
        constraints = [
            models.CheckConstraint(condition=Q(word="") | Q(days__gte=DAYS), name="a_word_is_read_after_three_days")
        ]

    def __str__(self):
        return self.word
