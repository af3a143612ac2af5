"""Where a page is used by others: as patients read them, as they are planned, and as they are saved."""

import datetime
import re
from collections import Counter
from dataclasses import dataclass, replace
from functools import reduce
from operator import or_

from django.db import models
from django.db.models import Q
from django.db.models.functions import Cast
from django.utils.translation import gettext as _

from .composing import compose_edition
from .models import Edition, Mention, Page, Row, address_of
from .richtext import RichTextField

LINK, WORD = "link", "word"


@dataclass
class Use:
    """That the page `user` uses another: `role` says as what, LINK and WORD for a link and a word in its texts.

    `is_live`, `planned_at` (its first moment to come) and `is_saved` say in which of its states.
    """

    user: Page
    role: str
    is_live: bool = False
    planned_at: datetime.datetime | None = None
    is_saved: bool = False

    @property
    def holds(self):
        """Whether the page it uses cannot go while this stands."""
        return self.role != WORD

    @property
    def words(self):
        """As what, for people."""
        if self.role in (LINK, WORD):
            return _("a link in its text") if self.role == LINK else _("a word in its text")
        return self.user.part_label(self.role)

    @property
    def kind(self):
        return type(self.user)._meta.verbose_name


@dataclass(frozen=True)
class Loss:
    """What the live page of `edition` no longer shows in the part called `label`, and what stays there (`left`)."""

    edition: Edition
    label: str
    left: list


def uses_of(page, at):
    """Every Use of `page` (an instance of its own kind) at `at`, by the kind and the title of the page that uses it."""
    found = {}

    def use(key, role):
        return found.setdefault((key, role), Use(None, role))

    for edition, role in _in_editions(Edition.objects.live(at), page):
        use(edition.page_id, role).is_live = True
    for edition, role in _in_editions(Edition.objects.planned(at).order_by("-live_from"), page):
        use(edition.page_id, role).planned_at = edition.live_from
    for key, role in _in_working_rows(page):
        use(key, role).is_saved = True
    rows = Page.objects.filter(pk__in={key for key, _role in found}).values("pk", "kind", "title", "slug")
    users = {row["pk"]: Page.kinds()[row["kind"]](**row) for row in rows}
    for (key, _role), each in found.items():
        each.user = users[key]
    return sorted(found.values(), key=lambda each: (each.user.kind, each.user.title.casefold(), each.role))


def losses_without(page, at):
    """A Loss for each place in which a live page shows `page` at `at`; (losses, live editions that link to it)."""
    live = Edition.objects.live(at)
    editions = list(live.filter(mentions__target=page.pk).distinct().prefetch_related("mentions").order_by("title"))
    keys = {mention.target_id for edition in editions for mention in edition.mentions.all()}
    titles = dict(live.filter(page__in=keys).exclude(page=page.pk).values_list("page", "title"))
    losses = []
    for edition in editions:
        model, mentions = Page.kinds()[edition.kind], edition.mentions.all()
        label_of = {mention.role: model.ROLE_LABELS.get(mention.role, mention.role) for mention in mentions}
        for label in dict.fromkeys(label_of[mention.role] for mention in mentions if mention.target_id == page.pk):
            beside = [titles.get(m.target_id) for m in mentions if label_of[m.role] == label]
            losses.append(Loss(edition, str(label), [title for title in beside if title]))
    return losses, [edition for edition, _role in _linking(live.exclude(page=page.pk), page)]


def lead_to(page, at):
    """Live editions of the pages that `page` mentions, which lead to it as long as it is live, by title."""
    live = Edition.objects.live(at)
    shown = Mention.objects.filter(edition__in=live.filter(page=page.pk)).values("target")
    with_pages = [kind for kind, model in Page.kinds().items() if model.URL_NAME]
    return list(live.filter(page__in=shown, kind__in=with_pages).defer("content").order_by("title"))


def compose_without(edition, page, at):
    """What `edition` makes at `at`, as if `page` were not live."""
    return _without(compose_edition(edition, at), page.pk)


def _without(shown, key):
    kept = [_without(entry, key) for entry in shown.mentions if entry.page_id != key]
    gone = {entry.role for entry in shown.mentions if entry.page_id == key}
    return replace(
        shown,
        mentions=kept,
        missing_roles=shown.missing_roles | gone,
        mentioned_by=[entry for entry in shown.mentioned_by if entry.page_id != key],
        along=[entry for entry in shown.along if entry.page_id != key],
    )


def _in_editions(editions, page):
    """(edition, role) for each use of `page` in `editions`, its own left out."""
    others = editions.filter(is_withdrawal=False).exclude(page=page.pk)
    mentioning = others.filter(mentions__target=page.pk).values_list("pk", "mentions__role")
    roles = Counter(mentioning)
    by_key = others.defer("content").in_bulk({key for key, _role in roles})
    return [*((by_key[key], role) for key, role in roles), *_linking(others, page), *_saying(others, page)]


def _linking(editions, page):
    texts = editions.annotate(text=Cast("content", models.TextField())).defer("content")
    return [(edition, LINK) for edition in texts.filter(_links_in("text", page))] if page.URL_NAME else []


def _saying(editions, page):
    """Of `editions` those with a text that explains `page` where it says its name."""
    if not page.IS_EXPLAINED:
        return []
    said = _pattern(page)
    explaining = editions.filter(kind__in=[model.KIND for model in _explaining()])
    return [(edition, WORD) for edition in explaining if said.search(str(edition.words))]


def _explaining():
    return [model for model in Page.kinds().values() if set(model.ALONG).intersection(_explained())]


def _explained():
    return {kind for kind, model in Page.kinds().items() if model.IS_EXPLAINED}


def _pattern(page):
    names = [page.title, *(name for names in page.NAMES for name in page.frozen_words()[names])]
    return re.compile(rf"\b(?:{'|'.join(map(re.escape, names))})\b", re.IGNORECASE)


def _links_in(field, page):
    """Whether the text in `field` has a link to the page, by its address of today or one that leads there."""
    slugs = {page.slug, *page.addresses.values_list("slug", flat=True)}
    wanted = Q()
    for slug in slugs:
        wanted |= Q(**{f"{field}__contains": f'{address_of(page.KIND, slug)}"'})
        wanted |= Q(**{f"{field}__contains": f'{address_of(page.KIND, slug)}\\"'})
        wanted |= Q(**{f"{field}__contains": f"{address_of(page.KIND, slug)}#"})
    return wanted


def _in_working_rows(page):
    """(key of a page, role) for each use of `page` in what is saved."""
    for relation in page._meta.related_objects:
        model = relation.related_model
        if issubclass(model, Row) and relation.field.name == model.TARGET:
            for row in model.objects.filter(**{model.TARGET: page.pk}):
                yield getattr(row, f"{model.PARENT}_id"), row.role
        elif issubclass(model, Page) and relation.field.name != "page_ptr":
            for user in model.working().filter(**{relation.field.name: page.pk}):
                yield from ((user.pk, m.role) for m in user.frozen_mentions() if m.target_id == page.pk)
    for model in Page.kinds().values():
        texts = [field.name for field in model._meta.get_fields() if isinstance(field, RichTextField)]
        others = model.objects.exclude(pk=page.pk)
        if page.URL_NAME and texts:
            linking = reduce(or_, (_links_in(name, page) for name in texts))
            yield from ((key, LINK) for key in others.filter(linking).values_list("pk", flat=True))
        if page.IS_EXPLAINED and model in _explaining():
            said = _pattern(page)
            yield from ((row[0], WORD) for row in others.values_list("pk", *texts) if said.search(" ".join(row[1:])))
