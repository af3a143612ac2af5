"""Numbers that tell of few people are not shown, nor what they could be worked out from.

A count from 1 to 10 prints “<11”, as the Centers for Medicare & Medicaid Services ask of figures about patients
(https://www.hhs.gov/guidance/document/cms-cell-suppression-policy). Where the sum is shown beside the parts, the next
smallest parts are held back too, until no small one follows from the rest.
"""

from django.utils.translation import gettext as _

LEAST = 11


def hidden(counts):
    """Which of `counts`, parts of a sum that is shown, are not shown: their places. All small ones are among them.

    None where no choice of parts keeps a small one from being worked out: then the sum may not be shown either.
    """
    small = {place for place, count in enumerate(counts) if 0 < count < LEAST}
    larger = sorted((count, place) for place, count in enumerate(counts) if count >= LEAST)
    held_back = set(small)
    while any_follows([counts[place] for place in held_back]):
        if not larger:
            return None
        held_back.add(larger.pop(0)[1])
    return held_back


def any_follows(counts):
    """Whether a small one of `counts` follows from their sum, for who knows of each whether it is small."""
    bounds = [(1, LEAST - 1) if count < LEAST else (LEAST, sum(counts)) for count in counts]
    least, most = sum(low for low, _high in bounds), sum(high for _low, high in bounds)
    for low, high in bounds:
        if high < LEAST:
            lowest = max(low, sum(counts) - (most - high))
            highest = min(high, sum(counts) - (least - low))
            if lowest == highest:
                return True
    return False


def shown(counts):
    """(each of `counts` as it is printed, their sum as it is printed)."""
    places = hidden(counts)
    kept = range(len(counts)) if places is None else places
    cells = [_cell(count, place in kept) for place, count in enumerate(counts)]
    total = sum(counts)
    return cells, (_("held back") if places is None else _small(total))


def _cell(count, is_hidden):
    if 0 < count < LEAST:
        return f"<{LEAST}"
    return _("held back") if is_hidden and count else str(count)


def _small(count):
    return f"<{LEAST}" if 0 < count < LEAST else str(count)
