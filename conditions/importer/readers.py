"""A file's bytes to blocks, by the ending of its name."""

from pathlib import PurePath

from . import markdown, markup, plain, word
from .blocks import MAX_BYTES, Unreadable
from .decoding import decoded

TEXTS = {
    ".txt": plain.read,
    ".text": plain.read,
    ".md": markdown.read,
    ".markdown": markdown.read,
    ".html": markup.read,
    ".htm": markup.read,
}
ENDINGS = (*TEXTS, ".docx")


def read(data, name):
    """Return the Document of a file with these bytes and this name; raises Unreadable with what is wrong and where."""
    ending = PurePath(name).suffix.lower()
    if ending not in ENDINGS:
        raise Unreadable(f"{ending or 'a file without ending'} can't be read; use .txt, .md, .html or .docx")
    if len(data) > MAX_BYTES:
        raise Unreadable("the file is larger than 5 MB")
    if not data:
        raise Unreadable("the file is empty")
    if ending == ".docx":
        document = word.read(data)
    else:
        characters, remark = decoded(data)
        document = TEXTS[ending](characters)
        if remark:
            document.remarks.append(("", remark))
    if not any(block.line for block in document.blocks):
        raise Unreadable("the file holds no text")
    return document
