"""The gate's findings in the admin: beside the editor while one types, and over all pages."""

from collections import Counter
from dataclasses import dataclass

from django.core.cache import cache
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import Count, Max, Sum
from django.http import JsonResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.urls import path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from record.models import Action
from record.noting import refuse

from . import actions, gate
from .models import Edition, ExternalLink, Page, Review, Revision
from .state import states

PER_PAGE = 50
KEPT_FOR = 60 * 60
BY_A_CLINICIAN = ("review", "review_of_entries")  # rules that ask for an approval, which no editor can give


class CheckingAdmin:
    """The part of a page's admin that looks for faults in what is typed; `PageAdmin` has the rest."""

    def checking_urls(self):
        view = self.admin_site.admin_view(never_cache(require_POST(self.check_page)))
        return [path("<path:object_id>/check/", view, name=self._url_name("check"))]

    def check_page(self, request, object_id):
        """What the gate finds in the form as it is typed, as JSON: a line for the eye, and the list as HTML."""
        page = self._page(request, object_id)
        if not self.has_change_permission(request, page):
            refuse(request, Action.CHANGE, actions.thing(page))
        form = self.get_form(request, page, change=True)(request.POST, instance=page)
        form.full_clean()  # puts what is typed into `page`, which nobody saves
        found = gate.findings(page)
        context = {"found": [(page, found)], "one_page": True, "grades": gate.grades(page), "fields": set(form.fields)}
        html = render_to_string("admin/publishing/checked.html", context, request)
        return JsonResponse({"line": in_short(found), "html": html})


def in_short(found):
    """A line such as “1 to mend, 3 warnings”."""
    stops = sum(finding.stops for finding in found)
    warnings = sum(finding.level == gate.WARNING for finding in found)
    parts = [ngettext("%d to mend", "%d to mend", stops) % stops] if stops else []
    parts += [ngettext("%d warning", "%d warnings", warnings) % warnings] if warnings else []
    return ", ".join(parts) or _("Nothing to mend")


@dataclass(frozen=True)
class Named:
    """A page, by its kind and key."""

    kind: str
    key: int
    title: str

    @property
    def model(self):
        return Page.kinds()[self.kind]

    @property
    def called(self):
        """What people call its kind."""
        return str(self.model._meta.verbose_name)

    @property
    def address(self):
        """Where its form is."""
        options = self.model._meta
        return reverse(f"admin:{options.app_label}_{options.model_name}_change", args=[self.key])

    @property
    def permission(self):
        """What it takes to see it in the admin."""
        return f"{self.model._meta.app_label}.view_{self.model._meta.model_name}"


@dataclass(frozen=True)
class Faulty(Named):
    """A page with what the gate finds in it as it is saved, notes left out."""

    found: list

    def found_by(self, rule=""):
        """What `rule` found in it; without one, what an editor can mend."""
        return [each for each in self.found if (each.rule == rule if rule else each.rule not in BY_A_CLINICIAN)]


@dataclass(frozen=True)
class Unpublished(Named):
    """A page of which patients do not read what is saved: why, and the key of who saved it last."""

    detail: str
    saved_by: int | None


@dataclass(frozen=True)
class Overview:
    """All pages at one glance: the Faulty and the Unpublished (`drafts`)."""

    faulty: list
    drafts: list


def overview():
    """The Overview, kept until any page is saved, published or reviewed, and for the day."""
    now = timezone.now()
    saves = Page.objects.aggregate(Count("pk"), Max("pk"), Sum("version"))
    made = Edition.objects.aggregate(Count("pk"), Count("cancelled_at"))
    started = Edition.objects.filter(live_from__lte=now).aggregate(Max("live_from"))
    others = Review.objects.count(), Revision.objects.count(), timezone.localdate(now)
    dead = ExternalLink.objects.dead().aggregate(Count("pk"), Max("checked_at"))
    signature = (*saves.values(), *made.values(), *started.values(), *others, *dead.values())
    kept = cache.get("publishing.overview")
    if kept is None or kept[0] != signature:
        kept = signature, _look_at_all(now)
        cache.set("publishing.overview", kept, KEPT_FOR)
    return kept[1]


def faulty_pages(may_see, rule=""):
    """(Faulty, findings) of each page that `may_see` lets through and in which `rule` found something.

    Without a rule it is what an editor can mend. Those with the most to do come first.
    """
    found = ((page, page.found_by(rule)) for page in overview().faulty if may_see(page))
    return [(page, findings) for page, findings in found if findings]


def _look_at_all(now):
    last = Revision.objects.order_by("page", "number").values_list("page", "saved_by")
    savers = dict(last)  # the latest of each page comes last
    faulty, drafts = [], []
    for kind, model in Page.kinds().items():
        rows = list(model.working().order_by("title"))
        for (page, state), found in zip(states(rows, now), gate.findings_of(rows, now), strict=True):
            found = [finding for finding in found if finding.level != gate.NOTE]
            if found:
                faulty.append(Faulty(kind, page.pk, page.title, found))
            if state.code in ("new", "changed"):
                detail = ", ".join(state.changes) if state.changes else str(state.label)
                drafts.append(Unpublished(kind, page.pk, page.title, detail, savers.get(page.pk)))
    return Overview(sorted(faulty, key=_most_to_do_first), drafts)


def _most_to_do_first(page):
    return not any(finding.stops for finding in page.found), -len(page.found_by())


def report(site, request):
    """The page that lists what an editor can mend in the pages they may see, or what ?rule= found in them."""
    visible = [model for model in Page.kinds().values() if site.get_model_admin(model).has_view_permission(request)]
    if not visible:
        raise PermissionDenied

    def may_see(page):
        return page.model in visible

    counts = Counter(rule for page in overview().faulty if may_see(page) for rule in {each.rule for each in page.found})
    rule = request.GET.get("rule", "")
    rule = rule if rule in counts else ""
    context = {
        **site.each_context(request),
        "title": _("What to mend"),
        "rules": [(code, gate.NAMES[code], counts[code]) for code in gate.NAMES if code in counts],
        "to_mend": len(faulty_pages(may_see)),
        "rule": rule,
        "needs_approval": rule in BY_A_CLINICIAN,
        "pages": Paginator(faulty_pages(may_see, rule), PER_PAGE).get_page(request.GET.get("p")),
    }
    return render(request, "admin/publishing/report.html", context)
