"""The library's entries, found by whatever a document calls them."""

from django.utils.text import slugify

from publishing.fields import lines
from publishing.models import Address

from .names import key

NAMES = {
    "condition": "also_called",
    "term": "variants",
    "symptom": "also_called",
    "test": "also_called",
    "treatment": "also_called",
}


class Library:
    """All working rows of one kind, by title, slug, other names and addresses they once had, in this order of trust."""

    def __init__(self, model):
        self.model = model
        self.by_key = {}
        entries = list(model.objects.order_by("pk"))
        addresses = Address.objects.filter(kind=model.KIND, page__in=[entry.pk for entry in entries])
        owners = {entry.pk: entry for entry in entries}
        self._know(entries, lambda entry: [entry.title])
        self._know(entries, lambda entry: [entry.slug])
        self._know(entries, self.other_names)
        for address in addresses.order_by("pk"):
            self.by_key.setdefault(key(address.slug), owners[address.page_id])

    def _know(self, entries, names):
        for entry in entries:
            for name in names(entry):
                self.by_key.setdefault(key(name), entry)

    def other_names(self, entry):
        """The names beside the title that `entry` has."""
        field = NAMES.get(self.model.KIND)
        return lines(getattr(entry, field)) if field else []

    def find(self, name, *other_names):
        """The entry called `name`, else the one called by one of `other_names`, else None."""
        for wanted in (name, *other_names):
            address = key(slugify(wanted))
            # An address that dropped letters ("α-helix") is no name for what the rest of them says.
            for letters in (key(wanted), address if len(address) == len(key(wanted)) else ""):
                if letters and letters in self.by_key:
                    return self.by_key[letters]
        return None

    def add(self, entry):
        """Know a new entry as well."""
        self._know([entry], lambda entry: [entry.title, entry.slug, *self.other_names(entry)])
