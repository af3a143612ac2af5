"""Library entries for a document: what exists is reused as it is, what is missing is made."""

from django.core.exceptions import ValidationError
from django.utils.text import slugify

from conditions.models import Condition, DiagnosticTest, Source, Symptom, Treatment, WarningSign
from glossary.models import Term
from physicians.models import Physician
from publishing.fields import lines
from publishing.models import Page
from publishing.richtext import clean

from .blocks import Unreadable
from .library import Library
from .names import key
from .passages import passages
from .wanted import same_text, same_words

LONGEST_SLUG = Page._meta.get_field("slug").max_length


class Entries:
    """Finds entries by name and makes those that are missing; tells `report` what it made and what it left as it is."""

    def __init__(self, report):
        self.report = report
        models = (Term, WarningSign, Symptom, DiagnosticTest, Treatment, Physician)
        self.libraries = {model: Library(model) for model in models}

    def knows_symptom(self, name):
        return self.libraries[Symptom].find(name)

    def knows_treatment(self, name):
        return self.libraries[Treatment].find(name)

    # Each answers the values of a row.

    def term(self, word):
        entry = self.libraries[Term].find(word.word, *word.variants)
        if entry is None:
            entry = self._make(
                Term,
                word.word,
                word.place,
                respelling=word.respelling,
                meaning=word.meaning,
                variants="\n".join(word.variants),
            )
            return {"term": entry, "note": ""}
        self._tell_names(Term, entry, word.word, word.variants)
        if word.respelling and not same_text(word.respelling, entry.respelling):
            self._tell(entry, f"the document says it “{word.respelling}”", word.place)
        is_same = same_text(word.meaning, entry.meaning)
        return {"term": entry, "note": "" if is_same else self._note(entry, word.meaning, word.place)}

    def warning_sign(self, listed):
        """None for a sign that is not among the site's: how soon to act is nothing to guess from a document."""
        entry = self.libraries[WarningSign].find(listed.name)
        if entry is None:
            text = f"“{listed.name}” is not among the warning signs; write it there and list it by hand."
            self.report.remark("not_placed", text, listed.place)
            if listed.note:
                self.report.remark("not_placed", listed.note, listed.place)
            return None
        self._tell_names(WarningSign, entry, listed.name)
        return {"warning_sign": entry, "note": listed.note}

    def symptom(self, listed):
        entry = self.knows_symptom(listed.name)
        self._tell_names(Symptom, entry, listed.name)
        return {"symptom": entry, "note": listed.note}

    def test(self, test):
        entry = self.libraries[DiagnosticTest].find(test.name, *test.other_names)
        if entry is None:
            names = "\n".join(test.other_names)
            description = clean(test.description)
            entry = self._make(DiagnosticTest, test.name, test.place, also_called=names, description=description)
            return {"test": entry, "group": test.group, "note": ""}
        self._tell_names(DiagnosticTest, entry, test.name, test.other_names)
        note = self._differing(entry, test.description, test.place)
        return {"test": entry, "group": test.group, "note": note}

    def treatment(self, listed):
        entry = self.knows_treatment(listed.name)
        self._tell_names(Treatment, entry, listed.name)
        return {"treatment": entry, "goal": listed.goal, "note": listed.note}

    def surgery(self, listed):
        entry = self.knows_treatment(listed.name)
        if entry is None:
            method = Treatment.Method.SURGERY
            description = clean(listed.description)
            entry = self._make(Treatment, listed.name, listed.place, method=method, description=description)
            return {"treatment": entry, "goal": "", "note": ""}
        self._tell_names(Treatment, entry, listed.name)
        return {"treatment": entry, "goal": "", "note": self._differing(entry, listed.description, listed.place)}

    def condition(self, name, parsed):
        entry = Library(Condition).find(name)
        if entry is None or key(entry.title) == key(parsed.title):
            text = f"See also: “{name}” is no other condition here yet; import this document again after that one."
            self.report.remark("not_placed", text, parsed.places.get("see_also", ""))
            return None
        return {"see_also": entry, "note": ""}

    def source(self, named):
        known = Source.objects.filter(title__iexact=named.title, publisher__iexact=named.publisher, year=named.year)
        entry = known.first()
        if entry is None:
            entry = checked(
                Source(title=named.title, publisher=named.publisher, year=named.year, url=named.url), named.place
            )
            entry.save()
            entry.is_new = True
            self.report.created.append(entry)
        elif named.url and named.url != entry.url:
            self._tell(entry, f"the document gives the address {named.url}", named.place)
        return {"source": entry, "note": named.note}

    def physician(self, person, parsed):
        library = self.libraries[Physician]
        entry = library.find(person.full_name) if person.given_names else self._only_one_called(person.family_name)
        if entry is None and not person.given_names:
            text = f"“Dr. {person.family_name}” has no first name and is not among the physicians."
            self.report.remark("not_placed", text)
            return None
        if entry is None:
            entry = self._make(
                Physician,
                person.full_name,
                parsed.places.get("physicians", ""),
                given_names=person.given_names,
                family_name=person.family_name,
                suffix=person.suffix,
                credentials=person.credentials,
                patients=person.patients,
                gives_second_opinions=parsed.gives_second_opinions,
            )
        else:
            self._tell_person(entry, person, parsed)
        return {"physician": entry, "is_lead": person == parsed.lead, "note": ""}

    def _only_one_called(self, family_name):
        physicians = {entry.pk: entry for entry in self.libraries[Physician].by_key.values()}.values()
        found = [entry for entry in physicians if key(entry.family_name) == key(family_name)]
        return found[0] if len(found) == 1 else None

    # Making and telling

    def _make(self, model, title, place, **values):
        entry = checked(model(title=title, slug=slugify(title)[:LONGEST_SLUG].strip("-"), **values), place)
        entry.save()
        entry.is_new = True
        self.libraries[model].add(entry)
        self.report.created.append(entry)
        return entry

    def _tell(self, entry, text, place=""):
        self.report.remark("library", f"The {entry._meta.verbose_name} “{entry.title}” stays as it is: {text}.", place)

    def _note(self, entry, text, place):
        self._tell(entry, "its text differs, and the document's goes into the note for this page", place)
        return text

    def _differing(self, entry, description, place):
        """The plain text of a description as a note, or nothing where the entry says the same."""
        if not description or same_words(description, entry.description):
            return ""
        return self._note(entry, "\n".join(text for _, text in passages(description)), place)

    def _tell_names(self, model, entry, name, other_names=()):
        known = {key(known) for known in (entry.title, *self.libraries[model].other_names(entry))}
        for other in (name, *other_names):
            if key(other) not in known:
                self._tell(entry, f"“{other}” is not among its names")
            elif not any(same_text(other, known) for known in (entry.title, *self.libraries[model].other_names(entry))):
                self._tell(entry, f"the document writes it “{other}”")

    def _tell_person(self, entry, person, parsed):
        if not same_text(entry.title, person.full_name):
            self._tell(entry, f"the document writes the name “{person.full_name}”")
        if person.patients == "pediatric" and entry.patients == "adult":  # it doesn't say whom the others see
            self._tell(entry, f"the document says {Physician(patients=person.patients).get_patients_display()}")
        if parsed.gives_second_opinions and not entry.gives_second_opinions:
            self._tell(entry, "the document says that a second opinion is offered")
        credentials = {key(known) for known in entry.credentials.split(",")}
        if person.credentials and not credentials.issuperset(map(key, person.credentials.split(","))):
            self._tell(entry, f"the document gives the credentials “{person.credentials}”")


def checked(row, place="", places=None):
    """`row`, once it passes all that its form would ask; Unreadable, in one line, where it doesn't.

    `place` is where the document speaks of it; `places` tells it by field.
    """
    try:
        row.full_clean()
    except ValidationError as error:
        fields = getattr(error, "error_dict", {})
        place = next((places[name] for name in fields if name in (places or {})), place)
        raise Unreadable(f"{_called(row)}: {_in_one_line(row, error)}", place) from error
    return row


def _called(row):
    return f"{row._meta.verbose_name} “{getattr(row, 'title', '') or row}”"


def _in_one_line(row, error):
    if not hasattr(error, "error_dict"):
        return " ".join(error.messages)
    parts = []
    for name, messages in error.message_dict.items():
        if name == "slug" and not row.slug:
            messages = ["the name gives no address; it needs a letter from A to Z or a digit"]
        label = "" if name == "__all__" else f"{row._meta.get_field(name).verbose_name}: "
        parts.append(label + " ".join(messages))
    return "; ".join(parts)


def names_of(entry):
    """Every text of a library entry that a document may have said."""
    texts = [entry.title]
    for name in ("meaning", "respelling", "variants", "also_called", "credentials", "publisher", "year"):
        texts += lines(str(getattr(entry, name, "") or ""))
    return texts
