"""Files that pages show, such as pictures and recordings: stored once, under a name made from their bytes.

A page names in FILES those of its WORDS that hold such names; publishing writes down for each edition which files it
holds (EditionFile), and `publishing.views.file` answers a file only while readers can see one of them. Storing is the
caller's, outside any transaction and before saving the row that names the file: a save that fails leaves a file that
nothing names. Such files are never served to readers. Nothing deletes them yet; whoever does must leave alone what an
edition or a working row names, and what was stored a short while ago.
"""

import re
from hashlib import blake2b

from django.core.files.base import ContentFile, File
from django.core.files.storage import default_storage
from django.urls import reverse

# All that is ever stored and answered, by the end of the name.
TYPES = {
    "jpg": "image/jpeg",
    "webp": "image/webp",
    "aac": "audio/aac",
    "m4a": "audio/mp4",
    "mp3": "audio/mpeg",
    "ogg": "audio/ogg",
    "wav": "audio/wav",
}
NAME = rf"[0-9a-f]{{32}}\.(?:{'|'.join(TYPES)})"


def is_name(text):
    """Whether `text` is a name that `store` could give."""
    return re.fullmatch(NAME, text) is not None


def name_of(content, ending):
    """The name under which the bytes `content` are stored."""
    return name_of_pieces([content], ending)


def name_of_pieces(pieces, ending):
    """The name under which the bytes of all `pieces` in a row are stored."""
    if ending not in TYPES:
        raise ValueError(f"“{ending}” is not among {', '.join(TYPES)}")
    digest = blake2b(digest_size=16)
    for piece in pieces:
        digest.update(piece)
    return f"{digest.hexdigest()}.{ending}"


def store(content, ending):
    """Store the bytes `content`, unless they are stored already, and return their name; `ending` is one of TYPES.

    The caller has made sure that the bytes are what the ending says.
    """
    name = name_of(content, ending)
    _store(name, ContentFile(content), len(content))
    return name


def store_from(file, name, size):
    """Store what the open `file` holds, `size` bytes, under the `name` made from them; they are never all in memory."""
    _store(name, File(file, name), size)


def _store(name, content, size):
    if default_storage.exists(name):
        if default_storage.size(name) == size:
            return
        default_storage.delete(name)  # cut off by a crash
    saved_as = default_storage.save(name, content)
    if saved_as != name:  # somebody stored the same in between
        default_storage.delete(saved_as)


def read(name):
    """The bytes stored under `name`; FileNotFoundError where there are none."""
    with default_storage.open(name) as file:
        return file.read()


def is_stored(name):
    return default_storage.exists(name)


def forget(name):
    """Delete the stored file `name`, which the caller stored just now and no row names."""
    default_storage.delete(name)


def address(name):
    """The path at which readers get the file `name`."""
    return reverse("publishing:file", args=[name])


def content_type(name):
    return TYPES[name.rpartition(".")[2]]


def names_in(value):
    """The names of stored files in `value`, which is one or holds them at any depth; each once, in their order."""
    return list(dict.fromkeys(_names_in(value)))


def _names_in(value):
    if isinstance(value, dict):
        value = list(value.values())
    if isinstance(value, list):
        for item in value:
            yield from _names_in(item)
    elif isinstance(value, str) and re.fullmatch(NAME, value):
        yield value
