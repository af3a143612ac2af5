"""A document's bytes to working rows, in one transaction, with a report."""

from django.core.exceptions import ValidationError
from django.db import IntegrityError, OperationalError, connection, transaction
from django.utils import timezone
from django.utils.text import slugify

from conditions.models import Condition, ConditionSeeAlso, ConditionSource
from publishing import actions, gate
from publishing.models import Page, Revision
from publishing.old_addresses import set_old_addresses
from publishing.revisions import keep
from publishing.state import states

from . import readers
from .blocks import Unreadable
from .comparing import differences, removals
from .coverage import Held, not_held
from .entries import LONGEST_SLUG, Entries, checked, names_of
from .library import Library
from .outline import outline
from .report import Report
from .wanted import ROWS, Wanted, fields_of, rows_of

TRIES = 3
IMPORTED = "imported"  # why warnings of the gate did not stop a page
LONGEST_NOTE = Revision._meta.get_field("note").max_length


def import_document(data, name, *, by=None, replace=False, publish=False):
    """Import a file with these bytes and this name and return the Report; all of it is saved, or nothing.

    `replace` lets it overwrite the working copy of a condition that exists and differs. `publish` publishes the
    condition and those of its entries that never were; `by` is the user then, None for a command. Raises Unreadable, in
    one line, for a file that can't be imported.
    """
    document = readers.read(data, name)
    for attempt in range(1, TRIES + 1):
        try:
            with transaction.atomic():
                return _Import(document, name, by).run(replace, publish)
        except (actions.Refused, gate.Held) as refusal:
            raise Unreadable(str(refusal)) from refusal
        except (IntegrityError, OperationalError) as error:
            # Another import made the same entry between our look and our write: the next try finds it.
            if attempt == TRIES or connection.in_atomic_block:
                raise Unreadable("someone else was saving the same pages; import the file again") from error


def preview(data, name, **options):
    """The Report that `import_document` would give; nothing is saved."""
    with transaction.atomic():
        report = import_document(data, name, **options)
        transaction.set_rollback(True)
    return report


class _Import:
    def __init__(self, document, name, by):
        self.report = Report(file=name)
        self.document = document
        self.by = by
        self.entries = Entries(self.report)

    def run(self, replace, publish):
        report, entries = self.report, self.entries
        parsed = outline(self.document, entries.knows_symptom, entries.knows_treatment)
        report.title = parsed.title
        report.remarks = parsed.remarks
        report.counts = _counts(parsed)
        report.parts = [Condition().part_label(name) for name in Condition.TEXTS if parsed.texts.get(name)]
        condition = self._existing(parsed.title)
        with transaction.atomic():
            wanted = Wanted(fields_of(parsed), rows_of(parsed, entries))
            report.differences = differences(condition, wanted) if condition.pk else []
            self._outcome(condition, replace)
            self._tell_removals(condition, wanted)
            if report.outcome == "left_alone":
                transaction.set_rollback(True)  # entries made for rows that are not written
                report.created = []
        if report.outcome in ("created", "replaced"):
            self._write(condition, wanted, parsed.places)
        if report.outcome != "left_alone":
            self._keep_addresses(condition, parsed)
        report.page, report.title = condition.pk, condition.title
        if publish and report.outcome != "left_alone":
            self._publish(condition)
        self._check(parsed, condition, wanted)
        return report

    def _existing(self, title):
        """The condition that the document is about, locked; a new one where there is none."""
        found = Library(Condition).find(title)
        if found:
            base = Page.objects.select_for_update(no_key=True).get(pk=found.pk)
            self.report.found = (base.pk, base.version)
            return Condition.objects.get(pk=found.pk)
        return Condition(title=title, slug=slugify(title)[:LONGEST_SLUG].strip("-"))

    def _outcome(self, condition, replace):
        if not condition.pk:
            self.report.outcome = "created"
        elif not self.report.differences:
            self.report.outcome = "unchanged"
        else:
            self.report.outcome = "replaced" if replace else "left_alone"

    def _tell_removals(self, condition, wanted):
        if self.report.outcome in ("replaced", "left_alone"):
            verb = "Removed" if self.report.outcome == "replaced" else "Replacing would remove"
            for number, rows in removals(condition, wanted):
                self.report.remark(
                    "note", f"{verb} from the working copy: {number} {rows} that the document doesn’t list."
                )

    def _write(self, condition, wanted, places):
        for name, value in wanted.fields.items():
            setattr(condition, name, value)
        checked(condition, places=places)
        condition.save()
        for name, rows in wanted.rows.items():
            model = ROWS[name]
            getattr(condition, name).all().delete()
            made = [model(condition=condition, position=position, **row) for position, row in enumerate(rows)]
            for row in made:
                checked(row)
            model.objects.bulk_create(made)
        keep(condition, by=self.by, note=f"Imported from {self.report.file}."[:LONGEST_NOTE])

    def _keep_addresses(self, condition, parsed):
        """Let the addresses that the document names lead to the condition, beside those that do already."""
        if named := parsed.headers.get("old_addresses"):
            held = condition.old_addresses.values_list("path", flat=True)
            try:
                set_old_addresses(condition, [*held, *named], by=self.by)
            except ValidationError as error:
                raise Unreadable(" ".join(error.messages), parsed.places["old_addresses"]) from error

    def _publish(self, condition):
        """Publish the condition and what it shows, if never published or, of the condition, changed since."""
        now = timezone.now()
        ((condition, state),) = states([Condition.working().get(pk=condition.pk)], now)
        new = []
        for entry, entry_state in self._shown(condition, now):
            if entry_state.code == "new" and not entry_state.plans:
                new.append(entry)
            else:
                self._tell_unpublished(entry, entry_state)
        if state.code == "withdrawn" or (state.code == "new" and state.plans):
            self._tell_unpublished(condition, state)
        elif new or state.code != "live":
            change = f"Imported from {self.report.file}."[: actions.LONGEST_CHANGE]
            passage = gate.let_through([*new, condition], despite=IMPORTED)
            actions.publish_with_entries(condition, new, by=self.by, change=change, passage=passage)
            self.report.published = new
            self.report.is_published = True

    def _shown(self, condition, now):
        """Every library entry that the condition shows, with its State."""
        for name, model in ROWS.items():
            if model in (ConditionSeeAlso, ConditionSource):
                continue  # other conditions are published for themselves, sources never
            keys = getattr(condition, name).values_list(f"{model.TARGET}_id", flat=True)
            kind = model._meta.get_field(model.TARGET).related_model
            yield from states(list(kind.working().filter(pk__in=list(keys)).order_by("pk")), now)

    def _tell_unpublished(self, page, state):
        what = f"The {page._meta.verbose_name} “{page.title}”"
        if state.code == "changed":
            text = f"{what} has unpublished changes ({', '.join(state.changes)}); publish them by hand."
        elif state.code == "withdrawn":
            text = f"{what} was withdrawn and stays so; publish it by hand."
        elif state.code == "new":
            text = f"{what} is planned for later."
        else:
            return
        self.report.remark("library", text)

    def _check(self, parsed, condition, wanted):
        """Tell every sentence that is neither in a row as it is saved now nor in the report."""
        texts = [condition.title, condition.summary, condition.plural]
        texts += parsed.headers.get("old_addresses", [])
        texts += [*condition.also_called.splitlines(), *condition.lay_words.splitlines()]
        htmls = [getattr(condition, name) for name in Condition.TEXTS]
        entries = []
        for name, model in ROWS.items():
            for row in getattr(condition, name).select_related(model.TARGET):
                texts.append(row.note)
                entries.append(getattr(row, model.TARGET))
            entries += [row[model.TARGET] for row in wanted.rows.get(name, [])]
        for entry in entries:
            if self.report.outcome != "left_alone" or not getattr(entry, "is_new", False):
                texts += names_of(entry)
                htmls.append(getattr(entry, "description", ""))
        held = Held([*texts, *self.report.texts()], htmls)
        for place, sentence in not_held(parsed.passages, held, parsed.carried):
            self.report.remark("not_placed", sentence, place)


def _counts(parsed):
    return [
        (len(parsed.words), "word meaning", "word meanings"),
        (len(parsed.warning_signs), "warning sign", "warning signs"),
        (len(parsed.symptoms), "symptom", "symptoms"),
        (len(parsed.tests), "test", "tests"),
        (len(parsed.treatments) + len(parsed.surgeries), "treatment", "treatments"),
        (len(parsed.physicians), "physician", "physicians"),
        (len(parsed.sources), "source", "sources"),
    ]
