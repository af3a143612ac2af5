"""Who answers a request, and who reviews it."""

from django.utils.translation import gettext_lazy as _

from .. import actions, people
from .act import Act, Person


class Assign(Act):
    NAME, TITLE, BUTTON = "assign", _("Assign or hand over"), _("Assign it")
    DONE = _("It is assigned.")

    to = Person(queryset=None, required=False, label=_("Who answers it"), empty_label=_("Nobody"))

    def arrange(self):
        self.fields["to"].queryset = people.coordinators()
        self.initial["to"] = self.request.owner_id or self.person.pk

    def act(self, by):
        return actions.assign(self.request, self.cleaned_data["to"], by=by, **self._with_event)


class Review(Act):
    NAME, TITLE, BUTTON = "review", _("Choose the reviewing physician"), _("Let them review it")
    DONE = _("It is changed. The physician finds the request under Requests.")

    to = Person(
        queryset=None,
        required=False,
        label=_("Who reviews it"),
        empty_label=_("Nobody"),
        help_text=_("They see this request with its files and notes, and no other."),
    )

    def arrange(self):
        self.fields["to"].queryset = people.reviewers()
        self.initial["to"] = self.request.reviewer_id

    def act(self, by):
        return actions.assign_reviewer(self.request, self.cleaned_data["to"], by=by, **self._with_event)
