"""Puts each look at what is personal in the admin on record, before anything of it is shown.

    class LetterAdmin(LooksOnRecord, admin.ModelAdmin): …

The list is on record as listed or searched (with the kind of search, never its words), the page of one row, its history
and the question before it is deleted as looked at, what is added, changed or deleted as that, and each refusal under
the same kind and key. A save that changes nothing leaves no row of its own. Autocompletion and the lists that open in a
window of their own count as lists. A page of one's own is two lines more:

    letter = self.at_hand(request, key, Action.PRINT, may=self.has_view_permission)
    with noted(request, Action.PRINT, letter): …

Where no row can be written, `NotOnRecord` goes up and the person reads that nothing was shown.
"""

from contextlib import contextmanager
from functools import wraps

from django.contrib.admin.utils import unquote
from django.contrib.admin.views import main
from django.contrib.admin.views.autocomplete import AutocompleteJsonView
from django.core.exceptions import PermissionDenied
from django.http import Http404

from .models import Action
from .noting import Refused, Thing, failures_noted, note, refuse

NO_SEARCH = {*main.IGNORED_PARAMS, main.PAGE_VAR, main.ERROR_FLAG} - {main.SEARCH_VAR}
DELETE_CHOSEN = "delete_selected"


class LooksOnRecord:
    """Mixed into the admin of a model that is personal, before Django's class.

    `chosen_noted_as` maps names of actions on chosen rows to what each is on record as; those left out change them.
    """

    chosen_noted_as = {}

    def at_hand(self, request, key, action, *, may):
        """The row that a page is about, 404 without one; who `may` not is put on record as refused `action`."""
        thing = self.get_object(request, unquote(key))
        if thing is None:
            raise Http404
        if not may(request, thing):
            refuse(request, action, thing)
        return thing

    def looked_for(self, request):
        """What narrows the list: names of ours, never what somebody typed."""
        filters = [part for part in self.get_list_filter(request) if hasattr(part, "parameter_name")]
        ours = {field.name: str(getattr(field, "verbose_name", field.name)) for field in self.opts.get_fields()}
        ours |= {part.parameter_name: str(part.title) for part in filters} | {main.SEARCH_VAR: "words"}
        used = [parameter for parameter, value in request.GET.items() if value and parameter not in NO_SEARCH]
        names = [parameter.partition("__")[0] for parameter in used]
        return ", ".join(dict.fromkeys(ours.get(name, "something else") for name in names))[:200]

    # Lists

    def changelist_view(self, request, extra_context=None):
        looked_for = self.looked_for(request)
        look = {"action": Action.SEARCH if looked_for else Action.LIST, "thing": self.model, "detail": looked_for}
        with self._on_record(request, look["action"], detail=looked_for):
            if not self.has_view_or_change_permission(request):
                raise PermissionDenied
            self._check_action_on_chosen(request)
            if request.method != "POST":
                note(request, **look)
            response = super().changelist_view(request, extra_context)
            if request.method == "POST" and "cl" in (getattr(response, "context_data", None) or ()):
                note(request, **look)
            return _rendered(response)

    def note_choices(self, request, typed):
        """A field that looks these rows up while somebody types is about to offer some."""
        action, detail = (Action.SEARCH, "words, to choose") if typed else (Action.LIST, "to choose")
        if not self.has_view_permission(request):
            refuse(request, action, self.model, detail=detail)
        note(request, action, self.model, detail=detail)

    # Actions on chosen rows

    def get_actions(self, request):
        actions = super().get_actions(request).values()
        return {name: (self._acting_on_record(act, name), name, words) for act, name, words in actions}

    def _acting_on_record(self, act, name):
        @wraps(act)
        def act_on_record(model_admin, request, chosen):
            action = self._noted_as(name)
            with self._on_record(request, action):
                if action == Action.DELETE and request.POST.get("post"):
                    things = ()  # `log_deletions` notes them
                else:
                    things = [Thing(self.opts.model_name, key) for key in chosen.values_list("pk", flat=True)]
                for thing in things:
                    note(request, Action.VIEW if action == Action.DELETE else action, thing, detail=name)
                return _rendered(act(model_admin, request, chosen))

        return act_on_record

    def _noted_as(self, name):
        return Action.DELETE if name == DELETE_CHOSEN else self.chosen_noted_as.get(name, Action.CHANGE)

    def _check_action_on_chosen(self, request):
        """Django passes over an action that somebody may not take, without a word."""
        known = {name for name, _act in self.admin_site.actions}
        known |= {act if isinstance(act, str) else act.__name__ for act in self.actions or ()}
        for name in request.POST.getlist("action"):
            if name in known and name not in self.get_actions(request):
                refuse(request, self._noted_as(name), self.model, detail=name)

    # One row

    def get_object(self, request, object_id, from_field=None):
        request.row_at_hand = super().get_object(request, object_id, from_field)
        return request.row_at_hand

    def add_view(self, request, form_url="", extra_context=None):
        with self._on_record(request, Action.ADD):
            return super().add_view(request, form_url, extra_context)

    def changeform_view(self, request, object_id=None, form_url="", extra_context=None):
        is_change = request.method == "POST"
        action = Action.ADD if object_id is None else Action.CHANGE if is_change else Action.VIEW
        with self._on_record(request, action):
            return _rendered(super().changeform_view(request, object_id, form_url, extra_context))

    def render_change_form(self, request, context, add=False, change=False, form_url="", obj=None):
        if obj is not None:
            note(request, Action.VIEW, obj)
        return super().render_change_form(request, context, add, change, form_url, obj)

    def history_view(self, request, object_id, extra_context=None):
        with self._on_record(request, Action.VIEW, detail="history"):
            response = super().history_view(request, object_id, extra_context)
            if hasattr(response, "render"):
                note(request, Action.VIEW, request.row_at_hand, detail="history")
            return _rendered(response)

    def delete_view(self, request, object_id, extra_context=None):
        with self._on_record(request, Action.DELETE):
            return _rendered(super().delete_view(request, object_id, extra_context))

    def render_delete_form(self, request, context):
        note(request, Action.VIEW, context["object"], detail="before deleting")
        return super().render_delete_form(request, context)

    # Django calls these inside the transaction of what is done

    def log_addition(self, request, thing, message):
        note(request, Action.ADD, thing)
        return super().log_addition(request, thing, message)

    def log_change(self, request, thing, message):
        if message:
            note(request, Action.CHANGE, thing, detail=changed_fields(message))
        return super().log_change(request, thing, message)

    def log_deletions(self, request, things):
        for thing in things:
            note(request, Action.DELETE, thing)
        return super().log_deletions(request, things)

    @contextmanager
    def _on_record(self, request, action, *, detail=""):
        """Whoever is refused inside is put on record with the row at hand; what fails is told."""
        with failures_noted():
            try:
                yield
            except Refused:
                raise
            except PermissionDenied:
                refuse(request, action, getattr(request, "row_at_hand", None) or self.model, detail=detail)


class ChoicesOnRecord(AutocompleteJsonView):
    """Django's answer to fields that look rows up; of what is personal each answer is on record."""

    def get(self, request, *args, **kwargs):
        with failures_noted():
            return super().get(request, *args, **kwargs)

    def process_request(self, request):
        found = super().process_request(request)
        term, model_admin, *_ = found
        if isinstance(model_admin, LooksOnRecord):
            model_admin.note_choices(request, term)
        return found


def _rendered(response):
    """With its words written, so that what fails while they are is told."""
    return response.render() if hasattr(response, "render") else response


def changed_fields(message):
    """The names of the fields that a message of the admin's history tells of; a text of one's own is left out."""
    parts = message if isinstance(message, list) else []
    changed = (what for part in parts for what in part.values())
    names = (name for what in changed for name in [what.get("name"), *what.get("fields", [])] if name)
    return ", ".join(dict.fromkeys(map(str, names)))[:200]
