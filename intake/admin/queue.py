"""The list of requests: what is most urgent first, then what is due first. No row says who asks or why."""

from django.contrib import admin
from django.contrib.admin.views.main import ChangeList
from django.db.models import Count, F, Q
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.timesince import timesince
from django.utils.translation import gettext_lazy as _

from .. import codes
from ..answering import people
from ..files import staff
from ..models import Request
from ..roles import may

OPEN_FIRST = (F("closed_at").desc(nulls_first=True), "priority", "due_at", "received_at")
URGENT_FIRST = ("priority", "due_at", "received_at", "pk")
NEWEST_FIRST = ("-closed_at", "pk")


class View(admin.SimpleListFilter):
    """Which part of the queue is shown; the page has links for them above the list."""

    title = _("view")
    parameter_name = "view"
    template = "admin/intake/no_filter.html"

    OPEN, MINE, UNASSIGNED, OVERDUE, WAITING, CLOSED = "", "mine", "unassigned", "overdue", "waiting", "closed"
    OF_THE_DESK = (MINE, UNASSIGNED)  # a reviewing physician answers none
    WORDS = {
        OPEN: _("All open"),
        MINE: _("Mine"),
        UNASSIGNED: _("Unassigned"),
        OVERDUE: _("Overdue"),
        WAITING: _("Waiting for the patient"),
        CLOSED: _("Closed"),
    }

    def lookups(self, request, model_admin):
        return [(name, words) for name, words in self.WORDS.items() if name]

    def queryset(self, request, queryset):
        name = self.shown(request)
        return queryset if name is None else queryset.filter(parts(request.user)[name])

    @classmethod
    def shown(cls, request):
        """The part that is shown; None for all there is: whoever looks for one wants it, closed or not."""
        name = request.GET.get(cls.parameter_name)
        if name in cls.WORDS:
            return name
        return None if "q" in request.GET or "status__exact" in request.GET else cls.OPEN


def theirs(request):
    """What narrows the requests to those that somebody may see: nothing for coordinators."""
    return {} if may(request, "view_request") else {"reviewer": request.user}


def parts(person):
    """What belongs to each part of the queue, as `person` sees it."""
    is_open = Q(closed_at=None)
    return {
        View.OPEN: is_open,
        View.MINE: is_open & Q(owner=person),
        View.UNASSIGNED: is_open & ~Q(owner__in=people.coordinators().order_by().values("pk")),
        View.OVERDUE: is_open & Q(due_at__lt=timezone.now()),
        View.WAITING: is_open & Q(status=Request.Status.NEEDS_INFORMATION),
        View.CLOSED: ~is_open,
    }


class RequestList(ChangeList):
    """The rows of one page, with what has come of each; nothing sealed is read for it."""

    def get_queryset(self, request, exclude_parameters=None):
        self.root_queryset = self.root_queryset.filter(**theirs(request))
        return super().get_queryset(request, exclude_parameters).select_related("owner").defer("key", "words")

    def get_ordering(self, request, queryset):
        """What an index gives as it is, where one part alone is shown."""
        orders = {None: OPEN_FIRST, View.CLOSED: NEWEST_FIRST}
        return list(orders.get(View.shown(request), URGENT_FIRST))

    def get_results(self, request):
        super().get_results(request)
        self.result_list = list(self.result_list)
        come = staff.come([found.pk for found in self.result_list])
        for found in self.result_list:
            found.come = come.get(found.pk, {})
        self.views = self._views(request)

    def _views(self, request):
        """(words, how many, address, whether it is shown) of each part of the queue."""
        only = theirs(request)
        found = Request.objects.filter(**only)
        by_name = {name: part for name, part in parts(request.user).items() if not only or name not in View.OF_THE_DESK}
        closed = by_name.pop(View.CLOSED)
        # Those that are open are counted together, from the index of these alone
        named = {name or "open": Count("pk", filter=part) for name, part in by_name.items()}
        counts = found.filter(by_name[View.OPEN]).aggregate(**named)
        counts[View.CLOSED] = found.filter(closed).count()
        shown = View.shown(request)
        return [
            {
                "words": words,
                "count": counts[name or "open"],
                "address": f"?{View.parameter_name}={name}" if name else "?",
                "is_shown": name == shown,
            }
            for name, words in View.WORDS.items()
            if (name or "open") in counts
        ]


class Queue:
    """Mixed into RequestAdmin."""

    list_display = ("reference", "kind", "age", "due", "priority", "status", "who", "records")
    list_filter = (View, "kind", "priority", "status")
    list_per_page = 50
    search_fields = ("reference",)
    sortable_by = ()
    actions = None

    def get_changelist(self, request, **options):
        return RequestList

    def get_search_results(self, request, queryset, search_term):
        return queryset.filter(reference__startswith=codes.as_written(search_term)), False

    def changelist_view(self, request, extra_context=None):
        more = {"title": _("Requests"), "may_answer": may(request, "change_request")}
        return super().changelist_view(request, {**(extra_context or {}), **more})

    @admin.display(description=_("Age"))
    def age(self, found):
        return timesince(found.received_at, depth=1)

    @admin.display(description=_("Due"))
    def due(self, found):
        if found.closed_at:
            return _("Closed %s") % date_format(timezone.localtime(found.closed_at), "M j, Y")
        if found.due_at < timezone.now():
            late = _("Overdue by %s") % timesince(found.due_at, depth=1)
            return format_html('<span class="request-due-late">{}</span>', late)
        return date_format(timezone.localtime(found.due_at), "D, M j, g:i A")

    @admin.display(description=_("Assigned to"))
    def who(self, found):
        return people.name_of(found.owner) if found.owner else _("Nobody")

    @admin.display(description=_("Records"))
    def records(self, found):
        return staff.in_short(found.come)


def next_in_line(person, but):
    """The request that `person` should turn to after `but`: theirs or nobody's, the most urgent; or None."""
    shown = parts(person)
    found = Request.objects.filter(shown[View.MINE] | shown[View.UNASSIGNED]).exclude(pk=but.pk)
    found = found.exclude(status=Request.Status.NEEDS_INFORMATION, due_at__gt=timezone.now())
    return found.only("pk", "reference").order_by("priority", "due_at", "received_at").first()
