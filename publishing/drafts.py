"""A working row held against what was published of it."""

import hashlib
import json
import unicodedata
from dataclasses import dataclass

from django.db.models import prefetch_related_objects

from .files import names_in
from .models import Edition, MentionDraft


@dataclass(frozen=True)
class Draft:
    """A working row as an edition would freeze it."""

    page: object
    words: dict
    mentions: list

    @classmethod
    def of(cls, page):
        """Freeze `page`, an instance of its own kind."""
        mentions = [mention._replace(note=_with_plain_line_ends(mention.note)) for mention in page.frozen_mentions()]
        return cls(page, _with_plain_line_ends(page.frozen_words()), mentions)

    @property
    def files(self):
        """The names of the stored files that the page shows."""
        return names_in([self.words.get(name) for name in self.page.FILES])

    @property
    def clinical_hash(self):
        """SHA-256, in hexadecimal, of title and summary and of all else that a clinician answers for.

        Empty fields do not count, so a field added later changes no hash; mentions count in their order.
        """
        clinical = {
            "title": self.page.title,
            **({"summary": self.page.summary} if self.page.summary else {}),
            "words": {name: self.words[name] for name in self.page.CLINICAL_WORDS if self.words.get(name)},
            "mentions": [[m.role, m.target_id, m.note] for m in self.mentions if m.role in self.page.CLINICAL_ROLES],
        }
        text = json.dumps(clinical, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
        return hashlib.sha256(unicodedata.normalize("NFC", text).encode()).hexdigest()

    def changes_since(self, edition, mentions):
        """Names, for people, of the parts that differ from `edition` and its list of MentionDraft."""
        page = self.page
        changed = [name for name in ("title", "slug", "summary") if getattr(page, name) != getattr(edition, name)]
        old = edition.words
        # A field added later is missing from older editions, which is no change as long as it is empty.
        changed += [name for name, now in self.words.items() if now != old.get(name) and (now or old.get(name))]
        labels = [page.part_label(name) for name in changed]
        for role in {mention.role: None for mention in [*self.mentions, *mentions]}:
            if _in_role(role, self.mentions) != _in_role(role, mentions):
                labels.append(page.part_label(role))
        return list(dict.fromkeys(labels))


def _with_plain_line_ends(value):
    """`value` with "\n" at its line ends: browsers send "\r\n", which alone is no change of the words."""
    if isinstance(value, str):
        return value.replace("\r\n", "\n")
    if isinstance(value, list):
        return [_with_plain_line_ends(item) for item in value]
    if isinstance(value, dict):
        return {name: _with_plain_line_ends(item) for name, item in value.items()}
    return value


def _in_role(role, mentions):
    return sorted((m.position, m.target_id, m.note) for m in mentions if m.role == role)


def unpublished_changes(pages, at):
    """By key of each page in `pages`: names of its parts that differ from what is live at `at`.

    None stands for a page that is not live: the whole of it is unpublished. `pages` are working rows of one kind
    (best from `working()`); two queries, however many they are.
    """
    return changes_since(pages, list(Edition.objects.live(at).filter(page__in=[page.pk for page in pages])))


def changes_since(pages, editions):
    """As `unpublished_changes`, since `editions`, the live ones of `pages`, in one query."""
    prefetch_related_objects(editions, "mentions")
    by_page = {edition.page_id: edition for edition in editions}
    return {page.pk: _changes(page, by_page.get(page.pk)) for page in pages}


def _changes(page, edition):
    if edition is None:
        return None
    mentions = [MentionDraft(m.role, m.target_id, m.position, m.note) for m in edition.mentions.all()]
    return Draft.of(page).changes_since(edition, mentions)
