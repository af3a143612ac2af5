import hashlib
import json
import secrets

from django.conf import settings
from django.contrib.auth import get_user_model
from django.contrib.staticfiles.finders import get_finders
from django.core.files.storage import FileSystemStorage
from django.core.management import BaseCommand, CommandError, call_command
from django.db import OperationalError, connections
from django.db.migrations.executor import MigrationExecutor

from publishing.models import Page
from spineinfo.apps import SpineInfoStaticFilesConfig


class Command(BaseCommand):
    help = (
        "Make the site ready to be served: secrets, tables, static files, the sample department on an empty site, "
        "a first staff account. Whatever is there already stays as it is."
    )
    requires_system_checks = ()

    def add_arguments(self, parser):
        parser.add_argument("--without-sample", action="store_true", help="Leave an empty site empty.")

    def handle(self, *args, without_sample, **options):
        self.migrate()
        self.collect_static_files()
        if not without_sample:
            self.load_sample()
        self.make_account()

    def migrate(self):
        self.migrate_one("default")
        if settings.RECORD_HOME == "record":
            self.migrate_one("record", "record")

    def migrate_one(self, alias, *app):
        try:
            executor = MigrationExecutor(connections[alias])
        except OperationalError as error:
            raise CommandError(f"The database does not answer: {str(error).splitlines()[0]}") from error
        if executor.migration_plan(executor.loader.graph.leaf_nodes(*app)):
            self.stdout.write("Preparing the record …" if app else "Preparing the database …")
            call_command("migrate", *app, database=alias, interactive=False, verbosity=0)

    def collect_static_files(self):
        """Collect them if any has changed since the last time; the stamp is written last."""
        stamp = settings.DATA / "static.stamp"
        digest = static_files_digest()
        if not stamp.exists() or stamp.read_text() != digest or not settings.STATIC_ROOT.exists():
            self.stdout.write("Collecting static files …")
            call_command("collectstatic", interactive=False, verbosity=0)
            drop_stale_files(settings.STATIC_ROOT)
            stamp.write_text(digest)

    def load_sample(self):
        if not Page.objects.exists():
            self.stdout.write("Loading the sample department …")
            call_command("load_sample", stdout=self.stdout)

    def make_account(self):
        people = get_user_model().objects
        if not people.exists():
            password = secrets.token_urlsafe(15)
            people.create_superuser("admin", "admin@localhost", password)
            self.stdout.write("")
            self.stdout.write(f"Staff sign in at {settings.SITE_URL}/admin/ as admin with the password {password}")
            self.stdout.write("It is shown this once. Change it there, or with: manage.py changepassword admin")
            self.stdout.write("Have a phone with an app for one-time codes at hand: it is the second factor.")
            self.stdout.write("")


def drop_stale_files(folder):
    """Remove what an earlier version left in `folder`; the new files are there by now, so workers miss nothing."""
    if not (folder / "staticfiles.json").exists():  # with DEBUG the files keep their names
        return
    names = json.loads((folder / "staticfiles.json").read_text(encoding="utf-8"))["paths"]
    wanted = {*names.keys(), *names.values(), "staticfiles.json"}
    for file in folder.rglob("*"):
        name = str(file.relative_to(folder)).removesuffix(".gz").removesuffix(".br")
        if file.is_file() and name not in wanted:
            file.unlink()


def static_files_digest():
    """SHA-256 over names and contents of all files to be collected, and over how they are stored."""
    digest = hashlib.sha256(repr(settings.STORAGES["staticfiles"]).encode())
    for finder in get_finders():
        for path, storage in finder.list(SpineInfoStaticFilesConfig.ignore_patterns):
            digest.update(f"{path}\0".encode())
            if isinstance(storage, FileSystemStorage):
                with storage.open(path) as file:
                    digest.update(file.read())
    return digest.hexdigest()
