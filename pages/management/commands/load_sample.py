from django.core.management import BaseCommand, CommandError
from django.db import transaction

from conditions.importer.blocks import Unreadable
from conditions.importer.files import content
from conditions.importer.saving import IMPORTED, import_document
from conditions.models import Condition
from pages import sample
from pages.models import SiteDetails
from publishing import actions, gate
from publishing.models import Page

CHANGE = "The sample department."


class Command(BaseCommand):
    help = (
        "Load and publish the sample department: an invented one, for a first look. All of it is loaded or nothing. "
        "On a site that has it already, only what is missing is added; a site with other content is left alone."
    )

    @transaction.atomic
    def handle(self, *args, **options):
        if Page.objects.exists() and not any(map(sample.is_site, SiteDetails.objects.all())):
            raise CommandError("This site has content of its own; the sample department is for an empty one.")
        self.changes = 0
        try:
            self.load_entries(sample.entries())
            self.load_conditions()
            self.load_entries(sample.entries(sample.AFTER_CONDITIONS))
        except (Unreadable, gate.Held) as refusal:
            raise CommandError(f"The sample department could not be loaded: {refusal}") from refusal
        pages = "1 page" if self.changes == 1 else f"{self.changes} pages"
        self.stdout.write(f"The sample department: {pages} added." if self.changes else "No change.")

    def load_entries(self, entries):
        new, entries = [], list(entries)
        for number, (model, values) in enumerate(entries, start=1):
            row = sample.stored(model, values)
            if row is None:
                new.append(sample.save(model, values))
            elif sample.differs(row, values):
                self.stdout.write(f"  {row} was changed on this site and stays so.")
            if number % 20 == 0 or number == len(entries):
                self.stdout.write(f"{number} of {len(entries)} entries")
        pages = [row for row in new if isinstance(row, Page)]
        passage = gate.let_through([page.concrete for page in pages], despite=IMPORTED)
        actions.publish_many(pages, by=None, change=CHANGE, passage=passage)
        self.changes += len(pages)

    def load_conditions(self):
        # In two rounds, because they point to one another.
        drafts = {path: import_document(content(path), path.name) for path in sample.documents()}
        for number, (path, draft) in enumerate(drafts.items(), start=1):
            is_new = draft.outcome == "created"
            if is_new:
                sample.place_figures(Condition.objects.get(pk=draft.page))
            report = import_document(content(path), path.name, publish=True, replace=is_new)
            self.stdout.write(f"{number} of {len(drafts)} conditions: {report.headline}")
            for remark in report.remarks:
                if remark.kind == "not_placed":
                    self.stdout.write(f"  {remark}")
            self.changes += report.is_published
