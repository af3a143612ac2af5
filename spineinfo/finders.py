"""One stylesheet for readers, joined from the small ones that developers keep."""

from django.conf import settings
from django.contrib.staticfiles.finders import BaseFinder
from django.core.files.storage import FileSystemStorage

JOINED = "css/site.css"
FIRST = ("tokens.css", "base.css", "layout.css")
LAST = ("print.css",)


class SiteStylesheetFinder(BaseFinder):
    """Finds css/site.css, written anew from static/css whenever it is asked for.

    A condition's page would otherwise cost twenty requests on a phone.
    """

    def __init__(self, app_names=None, *args, **kwargs):
        self.storage = FileSystemStorage(location=settings.DATA / "joined")
        super().__init__(*args, **kwargs)

    def check(self, **kwargs):
        return []

    def find(self, path, find_all=False, **kwargs):
        if path != JOINED:
            return []
        file = str(self._write())
        return [file] if find_all else file

    def list(self, ignore_patterns):
        self._write()
        yield JOINED, self.storage

    def _write(self):
        folder = settings.BASE_DIR / "static/css"
        components = sorted(folder.glob("components/*.css"))
        parts = [*(folder / name for name in FIRST), *components, *(folder / name for name in LAST)]
        file = settings.DATA / "joined" / JOINED
        file.parent.mkdir(parents=True, exist_ok=True)
        text = "\n".join(part.read_text() for part in parts)
        if not file.exists() or file.read_text() != text:
            file.write_text(text)
        return file
