"""One stylesheet and one script for readers, joined from the small ones that developers keep."""

from django.conf import settings
from django.contrib.staticfiles.finders import BaseFinder
from django.core.files.storage import FileSystemStorage

# By the name of the joined file: its parts under static/, in their order.
JOINED = {
    "css/site.css": ("css/tokens.css", "css/base.css", "css/layout.css", "css/components/*.css", "css/print.css"),
    "js/site.js": ("js/components/*.js",),
}


class JoinedFilesFinder(BaseFinder):
    """Finds the files of JOINED, written anew whenever they are asked for.

    A condition's page would otherwise cost twenty requests on a phone.
    """

    def __init__(self, app_names=None, *args, **kwargs):
        self.storage = FileSystemStorage(location=settings.DATA / "joined")
        super().__init__(*args, **kwargs)

    def check(self, **kwargs):
        return []

    def find(self, path, find_all=False, **kwargs):
        if path not in JOINED:
            return []
        file = str(_write(path))
        return [file] if find_all else file

    def list(self, ignore_patterns):
        for path in JOINED:
            _write(path)
            yield path, self.storage


def _write(path):
    folder = settings.BASE_DIR / "static"
    parts = [part for pattern in JOINED[path] for part in sorted(folder.glob(pattern))]
    file = settings.DATA / "joined" / path
    file.parent.mkdir(parents=True, exist_ok=True)
    text = "\n".join(part.read_text() for part in parts)
    if not file.exists() or file.read_text() != text:
        file.write_text(text)
    return file
