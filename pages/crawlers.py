"""What the site tells machines about itself: where they may go, what there is, and whom to tell of a weakness."""

import datetime
from collections import defaultdict

from django.conf import settings
from django.db.models.fields.json import KT
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse

from conditions.hubs import last_changes
from conditions.models import Condition, Hub
from publishing.composing import moment
from publishing.models import Edition, Mention, Page, address_of
from publishing.views import require_safe

from .models import InformationPage

# Pages without an edition of their own, with the kinds whose words they show.
LISTS = {
    "home": ("site", "condition", "hub", "warning_sign", "physician", "article"),
    "conditions:condition_list": ("condition", "hub", "symptom"),
    "conditions:symptom_list": ("symptom", "warning_sign"),
    "conditions:test_list": ("test",),
    "conditions:treatment_list": ("treatment",),
    "physicians:physician_list": ("physician",),
    "glossary:glossary": ("term",),
    "news:article_list": ("article",),
    "intake:appointments": ("site",),
    "intake:second_opinion": ("site",),
}
CONTACT = "contact"  # begins the address of the information page that says how to reach the department
POLICY = "security"  # the address of the information page on it, where the site has one
VALID_FOR = datetime.timedelta(days=180)


@require_safe
def robots(request):
    lines = [
        "User-agent: *",
        f"Disallow: {reverse('admin:index')}",
        f"Disallow: {reverse('pages:feedback')}",
        f"Disallow: {reverse('physicians:physician_list')}?",  # its filters make thousands of addresses
        f"Sitemap: {settings.SITE_URL}{reverse('pages:sitemap')}",
    ]
    return _text(lines)


@require_safe
def security(request):
    """RFC 9116. The page that says how to reach the department is the contact; it expires within a year."""
    midnight = moment(request).astimezone(datetime.UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    live = Edition.objects.live(moment(request)).filter(kind=InformationPage.KIND)
    policy = live.filter(slug=POLICY)
    contact = live.filter(slug__startswith=CONTACT).values_list("kind", "slug").first()
    lines = [
        f"Contact: {settings.SITE_URL}{address_of(*contact) if contact else reverse('home')}",
        f"Expires: {midnight + VALID_FOR:%Y-%m-%dT%H:%M:%SZ}",
        "Preferred-Languages: en",
        *(f"Policy: {settings.SITE_URL}{address_of(*page)}" for page in policy.values_list("kind", "slug")),
        f"Canonical: {settings.SITE_URL}{reverse('pages:security')}",
    ]
    return _text(lines)


@require_safe
def sitemap(request):
    """Every public page with the moment at which what it shows last changed, in two queries."""
    addresses = [(f"{settings.SITE_URL}{path}", changed_at) for path, changed_at in _addresses(moment(request))]
    return render(request, "sitemap.xml", {"addresses": addresses}, content_type="application/xml")


def _addresses(at):
    """(path, moment or None) of every public page at `at`."""
    columns = ("pk", "page_id", "kind", "slug", "live_from", "ends_at", "is_withdrawal")
    words = {name: KT(f"content__{name}") for name in ("category", "patients", "gathers")}
    # Of conditions all that ever started, because a hub changes too when one leaves it.
    of_conditions = Edition.objects.filter(kind=Condition.KIND, cancelled_at=None, live_from__lte=at)
    started = (Edition.objects.current(at) | of_conditions).order_by("live_from")
    started = list(started.values(*columns, **words))
    of_hubs = last_changes(edition for edition in started if edition["kind"] == Condition.KIND)
    current = {edition["page_id"]: edition for edition in started}.values()
    editions = sorted(current, key=lambda edition: (edition["kind"], edition["slug"]))
    changed_at, of_kind = {}, {}
    for edition in editions:
        edition["has_ended"] = edition["ends_at"] is not None and edition["ends_at"] <= at
        changed = edition["ends_at"] if edition["has_ended"] else edition["live_from"]
        changed_at[edition["page_id"]] = changed
        of_kind[edition["kind"]] = max(changed, of_kind.get(edition["kind"], changed))
    for url_name, kinds in LISTS.items():
        yield reverse(url_name), max((of_kind[kind] for kind in kinds if kind in of_kind), default=None)

    page_of = {edition["pk"]: edition["page_id"] for edition in editions}
    beside = defaultdict(set)
    mentions = Mention.objects.filter(edition__in=Edition.objects.live(at))
    for edition, target in mentions.order_by().values_list("edition", "target"):
        beside[page_of[edition]].add(target)
        beside[target].add(page_of[edition])
    for edition in editions:
        if Page.kinds()[edition["kind"]].URL_NAME and not (edition["is_withdrawal"] or edition["has_ended"]):
            shown = {edition["page_id"], *beside[edition["page_id"]]} & changed_at.keys()
            changes = [changed_at[page] for page in shown]
            if edition["kind"] == Hub.KIND and edition["gathers"] in of_hubs:
                changes.append(of_hubs[edition["gathers"]])
            yield address_of(edition["kind"], edition["slug"]), max(changes)


def _text(lines):
    return HttpResponse("".join(f"{line}\n" for line in lines), content_type="text/plain; charset=utf-8")
