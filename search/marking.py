"""Words that were looked for, marked where they stand."""

from django.utils.html import format_html, format_html_join

from .words import STOPPED, WORD, folded, stem

LONGEST = 170  # characters of an excerpt
BEFORE = 60  # of them before the first marked word


def marked(text, stems):
    """`text` escaped, with each word whose stem is among `stems` in <mark>."""
    parts, end = [], 0
    for found in WORD.finditer(text):
        if _is_meant(found[0], stems):
            parts += [(text[end : found.start()], found[0])]
            end = found.end()
    start = format_html_join("", "{}<mark>{}</mark>", parts)
    return format_html("{}{}", start, text[end:])


def stems_in(text, stems):
    """Those of `stems` that `text` has a word for."""
    return {stem(folded(word)) for word in WORD.findall(text)} & stems


def excerpt(texts, stems):
    """The passage that has the most of `stems`, cut around the first; empty where none has any."""
    best = max(texts, key=lambda text: len(stems_in(text, stems)), default="")
    first = next((found.start() for found in WORD.finditer(best) if _is_meant(found[0], stems)), None)
    if first is None:
        return ""
    start = best.rfind(" ", 0, first - BEFORE) + 1 if first > BEFORE else 0
    end = best.rfind(" ", 0, start + LONGEST) if len(best) > start + LONGEST else len(best)
    end = end if end > first else start + LONGEST
    return f"{'… ' if start else ''}{best[start:end]}{' …' if end < len(best) else ''}"


def _is_meant(word, stems):
    plain = folded(word)
    return stem(plain) in stems and (plain not in STOPPED or plain in stems)
