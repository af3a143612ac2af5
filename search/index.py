"""The index on disk: made by one process at a time, opened by all, and never more than a second old."""

import fcntl
import json
import logging
import shutil
import threading
import time
from contextlib import contextmanager
from hashlib import blake2b
from pathlib import Path

import tantivy
from django.conf import settings
from django.db import connection
from django.utils import timezone
from tantivy import Query

from conditions.models import WarningSign
from publishing.composing import live_pages

from .documents import documents, searched_kinds, sources, stamp
from .warning_signs import Signs
from .words import key, stem, words

log = logging.getLogger(__name__)

FOLDER = settings.DATA / "index"
LOOK_EVERY = 1  # seconds
MEMORY = 20_000_000  # bytes that a build may use before it writes to the disk
FAULTS = (OSError, ValueError)  # what tantivy raises where the disk is full or a file is missing
PANIC = "PanicException"  # and where a file says what cannot be; no Exception, and in no module to import it from
STAMPED = 0  # stands for a page's key in the one document that holds the stamp


def _schema():
    builder = tantivy.SchemaBuilder()
    builder.add_unsigned_field("page", indexed=True, fast=True)
    builder.add_unsigned_field("kind", fast=True)
    builder.add_unsigned_field("mark", fast=True)
    # Stems. A whole name is one word of `whole`.
    builder.add_text_field("whole", tokenizer_name="raw", index_option="basic")
    for name in ("title", "names", "through", "text"):
        builder.add_text_field(name, tokenizer_name="whitespace")
    # Words as they stand: those of titles and names, and all.
    for name in ("named", "said"):
        builder.add_text_field(name, tokenizer_name="whitespace", index_option="basic")
    builder.add_bytes_field("record", stored=True)
    return builder.build()


SCHEMA = _schema()


class Unchanging:
    """A moment's index: the searcher, what the numbers of its kinds mean, and the warning signs of that moment."""

    def __init__(self, searcher, signs):
        self.searcher = searcher
        self.signs = signs
        self.kinds = list(searched_kinds())

    def records(self, addresses):
        """What is kept of each of the documents at `addresses`, as dicts."""
        return [json.loads(self.searcher.doc(address).get_first("record")) for address in addresses]

    def kinds_of(self, addresses):
        return [self.kinds[number] for number in self.searcher.fast_field_values("kind", addresses)]


class Index:
    """The index of one database, as this process has it open."""

    def __init__(self):
        self.lock = threading.Lock()
        self.looked_at = None
        self.stamp = None
        self.now = None

    def live(self):
        """The index of what is live, as it was a second ago at most; made or brought up to date where needed."""
        with self.lock:
            if self.looked_at is None or time.monotonic() - self.looked_at >= LOOK_EVERY:
                looked_at = time.monotonic()
                if self.now is None or stamp(timezone.now()) != self.stamp:
                    self._renew()
                self.looked_at = looked_at
            return self.now

    def _renew(self):
        try:
            with _alone():
                at = timezone.now()  # under the lock, so that nobody goes back to an earlier moment
                self.stamp = stamp(at)
                self.now = Unchanging(_up_to_date(_open(), at, self.stamp), _signs(at))
        except FAULTS:
            log.exception("The search index cannot be written; this process makes one of its own in memory.")
            at = timezone.now()
            self.stamp = stamp(at)
            self.now = Unchanging(_up_to_date(tantivy.Index(SCHEMA), at, self.stamp), _signs(at))


def _signs(at):
    return Signs(live_pages(WarningSign, at))


def folder():
    """Where this index is: another database or another way to make documents has a folder of its own."""
    kinds = [
        (kind, model.SHAPE, model.WORDS, model.NAMES, model.LAY_WORDS, sorted(model.FOUND_THROUGH))
        for kind, model in searched_kinds().items()
    ]
    made_by = [(Path(__file__).parent / name).read_bytes() for name in ("documents.py", "index.py", "words.py")]
    known = connection.settings_dict
    database = [str(known[name]) for name in ("ENGINE", "HOST", "PORT", "NAME")]
    return FOLDER / f"{_digest(database)}-{_digest([kinds, made_by, tantivy.__version__])}"


def _digest(value):
    return blake2b(repr(value).encode(), digest_size=6).hexdigest()


@contextmanager
def _alone():
    """The kernel gives the lock back when this process ends, however it ends."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    with (FOLDER / "lock").open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def _open():
    """The index on disk, an empty one where there is none or it cannot be read."""
    place = folder()
    try:
        if place.is_dir() and tantivy.Index.exists(str(place)):
            there = tantivy.Index.open(str(place))
            _marks(there.searcher())
            _stamp_in(there.searcher())
            return there
    except BaseException as error:
        if not isinstance(error, FAULTS) and type(error).__name__ != PANIC:
            raise
        log.exception("The search index cannot be read and is made anew.")
    for outdated in [place, *FOLDER.glob(f"{place.name.partition('-')[0]}-*")]:
        shutil.rmtree(outdated, ignore_errors=True)
    place.mkdir()
    return tantivy.Index(SCHEMA, path=str(place))


def _up_to_date(written, at, wanted):
    """A searcher of the index `written` after it has become that of the moment `at`, whose stamp is `wanted`.

    What has changed is written in one commit, with the stamp: whoever is killed before leaves what was there.
    """
    written.config_reader("manual")
    written.reload()
    if _stamp_in(written.searcher()) == wanted:
        return written.searcher()
    marks, found = _marks(written.searcher()), sources(at)
    changed = {page: source for page, source in found.items() if marks.get(page) != source.mark}
    writer = written.writer(MEMORY, 1)
    for page in [STAMPED, *changed, *(marks.keys() - found.keys())]:
        writer.delete_documents_by_query(_is(page))  # by_term takes the number for a signed one and finds nothing
    kinds = list(searched_kinds())
    for source, document in zip(changed.values(), documents(changed.values()), strict=True):
        writer.add_document(_as_stored(document, source.mark, kinds.index(document.kind)))
    writer.add_document(_numbered(STAMPED, 0, 0, wanted))
    writer.commit()
    writer.wait_merging_threads()
    written.reload()
    return written.searcher()


def _is(page):
    return Query.term_query(SCHEMA, "page", page)


def _stamp_in(searcher):
    hits = searcher.search(_is(STAMPED), limit=1).hits
    return json.loads(searcher.doc(hits[0][1]).get_first("record")) if hits else None


def _marks(searcher):
    """The mark of every page in the index by its key."""
    if not searcher.num_docs:
        return {}
    addresses = [address for _, address in searcher.search(Query.all_query(), limit=searcher.num_docs).hits]
    pages = searcher.fast_field_values("page", addresses)
    marks = dict(zip(pages, searcher.fast_field_values("mark", addresses), strict=True))
    marks.pop(STAMPED, None)
    return marks


def _numbered(page, kind, mark, record):
    stored = tantivy.Document()
    for name, number in (("page", page), ("kind", kind), ("mark", mark)):
        stored.add_unsigned(name, number)
    stored.add_bytes("record", json.dumps(record).encode())
    return stored


def _as_stored(document, mark, kind):
    record = {name: value for name, value in vars(document).items() if name != "page_id"}
    stored = _numbered(document.page_id, kind, mark, record)
    names = [*document.names, *document.lay_words]
    through = [name for pages in document.through.values() for title, others in pages for name in (title, *others)]
    texts = [document.summary, *document.texts]
    for name in dict.fromkeys(map(key, [document.title, *names])):
        stored.add_text("whole", name)
    said = {}
    for field, some in (("title", [document.title]), ("names", names), ("text", texts), ("through", through)):
        for text in some:
            folded_words = words(text)
            stored.add_text(field, " ".join(map(stem, folded_words)))
            if field != "through":
                said.update(dict.fromkeys(folded_words))
    stored.add_text("said", " ".join(said))
    named = dict.fromkeys(word for name in [document.title, *names] for word in words(name))
    stored.add_text("named", " ".join(named))
    return stored


index = Index()
