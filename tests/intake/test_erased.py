"""What is erased leaves nothing behind, in any file or table, that tells of the patient or opens what was sealed."""

import json
from pathlib import Path

from tests.intake.test_markers import dump

MARKS = [f"erased{number:02}zq" for number in range(40)]
FILL = """
import json
from datetime import timedelta
from django.utils import timezone
from intake import finding
from intake.answering import actions
from intake.figures import counting
from intake.models import Event, File, Message, Request
from tests import make

marks = {marks}

def fill(held):
    request = make.request(reference="HELD-HELD-HELD" if held else "GONE-GONE-GONE")
    answers = {{
        "patient": {{"given": marks[0], "family": marks[1], "born": "1961-03-27", "place": "NY"}},
        "reach": {{"email": marks[2] + "@example.org", "phone": "212-555-0142"}},
        "reason": {{"condition": "unsure", "problem": " ".join(marks[3:30])}},
    }}
    request.seal({{"answers": answers, "checked": [{{"step": "reason", "heading": "Why", "rows": marks[3:30]}}]}})
    request.save()
    finding.keep(request, answers)
    actions.add_note(request, " ".join(marks[30:33]), by=None)
    actions.write_to_patient(request, " ".join(marks[33:36]), by=make.user("Coordinator"))
    file = make.file(request, " ".join(marks[36:38]).encode() * 1000, marks[38] + ".pdf", words=marks[39])
    now = timezone.now() - timedelta(days=400)
    Request.objects.filter(pk=request.pk).update(status="withdrawn", outcome="withdrawn", closed_at=now, due_at=None,
        outcome_on=now.date(), is_held=held)
    rows = [Request.objects.get(pk=request.pk), file, *Event.objects.filter(request=request),
            *Message.objects.filter(request=request)]
    return {{
        "keys": [bytes(row.key).hex() for row in rows],
        "hashes": [lookup.hash for lookup in request.lookups.all()],
        "blobs": [segment.blob for segment in file.segments.all()],
        "words": bytes(rows[0].words).hex(),
        "opened": [row.unsealed() for row in rows],
    }}

print("FILLED", json.dumps([fill(False), fill(True)]))
"""
LEFT = """
import json
from intake.models import Erasure, Event, File, Message, Request
found = Request.objects.get()
rows = [found, File.objects.get(), *Event.objects.filter(request=found), *Message.objects.filter(request=found)]
print("LEFT", json.dumps({"reference": found.reference, "opened": [row.unsealed() for row in rows],
    "words": bytes(found.words).hex(), "erased": [one.reference for one in Erasure.objects.all()]}))
"""


def said(site, words, code):
    answer = site.manage("shell", "-v0", "-c", code)
    assert answer.returncode == 0, answer.stderr
    return json.loads(answer.stdout.split(words, 1)[1])


def stored(site):
    """All that stands in the files of the site, their names, and what PostgreSQL holds."""
    files = [file for file in Path(site.data).rglob("*") if file.is_file()]
    parts = [b"".join(file.read_bytes() for file in files), "\n".join(map(str, files)).encode()]
    return b"\n".join([*parts, dump(site.database.read_text(encoding="utf-8")).encode()])


def left_of(texts, kept, held):
    """Which of `texts`, in clear or hexadecimal, stand in `held`, without those of `kept`."""
    return [one for one in texts if one not in kept and (one.encode() in held or _as_bytes(one) in held)]


def _as_bytes(text):
    """What `text` writes in hexadecimal; for any other text, the text."""
    try:
        return bytes.fromhex(text)
    except ValueError:
        return text.encode()


def test_what_is_erased_leaves_nothing_and_what_is_held_stays_as_it_was(own_site):
    gone, held = said(own_site, "FILLED", FILL.format(marks=MARKS))
    everything = [*gone["keys"], *gone["hashes"], *gone["blobs"], gone["words"]]
    kept = {*held["hashes"]}  # of the same names, and of a request that stays
    before = stored(own_site)
    assert set(left_of(everything, (), before)) == set(everything)
    assert left_of(MARKS, (), before) == []

    erased = own_site.manage("erase_expired")

    after = stored(own_site)
    assert "Erased: 0 begun and 1 closed requests." in erased.stdout
    assert left_of(everything, kept, after) == []
    assert left_of(MARKS, (), after + (erased.stdout + erased.stderr).encode()) == []
    assert set(left_of([*held["keys"], held["words"]], (), after)) == {*held["keys"], held["words"]}
    left = said(own_site, "LEFT", LEFT)
    assert left == {
        "reference": "HELD-HELD-HELD",
        "opened": held["opened"],
        "words": held["words"],
        "erased": ["GONE-GONE-GONE"],
    }
