"""Each odd file is taken or refused as the table says, with words that a patient understands, by a process apart."""

import io
import json

import pytest

from intake.checking import apart
from intake.checking.archives import shown_path
from intake.checking.look import look_at
from intake.checking.refusing import CODES
from intake.checking.words import WORDS, words
from publishing import reading
from tests.intake.checking.odd_files import TABLE, archive, dicom, disc, linked, pdf

pytestmark = pytest.mark.once


@pytest.mark.parametrize("name", TABLE)
def test_a_file_is_taken_or_refused_as_the_table_says(name):
    make, kind, refusal = TABLE[name]

    looked = look_at(io.BytesIO(make()), name)

    assert (looked.kind, looked.refusal) == (kind, refusal)


APART = [
    *("disc.zip", "scan.dcm", "squeezed.dcm", "deflated.dcm", "cut.dcm", "IMG_0001.HEIC", "huge.png", "moving.png"),
    *("deep.png", "cut.png", "locked.pdf", "packed program.pdf", "cut.jpg", "print.jpg", "two in one.jpg"),
    *("bad values.dcm", "no tables.dcm", "colored.dcm", "old packing.zip", "lying.zip", "nul.zip", "page.html"),
]


@pytest.mark.parametrize("name", APART)
def test_a_process_apart_which_can_open_nothing_finds_the_same(name):
    make, _kind, _refusal = TABLE[name]
    data = make()

    looked = apart.look(io.BytesIO(data), name)

    assert looked == json.loads(json.dumps(look_at(io.BytesIO(data), name).as_json()))


def test_the_table_is_long_enough_and_meets_each_reason():
    assert len(TABLE) >= 50
    told_elsewhere = {"too_large", "left_out", "virus", "could_not_be_read"}
    assert {refusal for _make, _kind, refusal in TABLE.values()} == {"", *CODES} - told_elsewhere


def test_each_reason_has_words_at_grade_eight_that_end_the_sentence():
    assert WORDS.keys() == set(CODES)
    for code in CODES:
        assert str(words(code)).endswith(".")
        assert reading.grade(str(words(code))) <= 8


def test_of_a_disc_images_and_reports_are_taken_and_the_rest_is_named():
    looked = look_at(io.BytesIO(disc()), "disc.zip")

    assert looked.taken == (("DICOM/IM0001", "dicom"), ("DICOM/IM0002", "dicom"), ("report.pdf", "pdf"))
    assert looked.left_out == ("DICOMDIR", "autorun.inf", "VIEWER/viewer.exe")
    assert [(slice["kind"], slice["date"], slice["name"]) for slice in looked.slices] == [
        ("CT", "20040119", "DICOM/IM0001"),
        ("MR", "20040826", "DICOM/IM0002"),
    ]


def test_names_in_an_archive_lead_nowhere():
    assert [shown_path(name) for name in ("../../etc/x.pdf", "C:\\x\\y.pdf", "a\u202eb.pdf", "..", "a\0b" * 99)] == [
        "etc/x.pdf",
        "C:/x/y.pdf",
        "a b.pdf",
        "file",
        ("a b" * 99)[-200:],
    ]
    assert look_at(io.BytesIO(linked("report.pdf")), "links.zip").left_out == ("link.pdf",)


def test_the_table_of_a_disc_is_left_out_whatever_it_is_called():
    ripped = archive([("DICOMDIR;1", dicom("DICOMDIR")), ("IM1;1", dicom())])

    looked = look_at(io.BytesIO(ripped), "disc.zip")

    assert looked.taken == (("IM1;1", "dicom"),)
    assert looked.left_out == ("DICOMDIR;1",)


class Counted(io.BytesIO):
    """Says how much was read at once at most."""

    most = 0

    def read(self, size=-1):
        data = super().read(size)
        self.most = max(self.most, len(data))
        return data


def test_a_large_file_is_read_in_pieces():
    file = Counted(pdf(b"\0" * 40_000_000))

    assert apart.look(file, "large.pdf")["refusal"] == ""
    assert file.most <= 1024 * 1024


LOOK = {"kind": "pdf", "refusal": "", "taken": [], "left_out": [], "slices": [], "unpacked": 0}


def doing(task, before=""):
    """The start of a child that does `task` in place of looking, having done `before`."""
    return (
        "import sys, os, socket; sys.path.insert(0, sys.argv[1]); from intake.checking import child\n"
        f"answer = {LOOK}\n"
        f"def look(file, name):\n    {task}\n    return answer\n"
        f"def looking():\n    {before or 'pass'}\n    return look\n"
        "child.TASKS['look'] = looking\nchild.main()"
    )


def test_a_child_that_does_as_it_should_is_believed(monkeypatch):
    monkeypatch.setattr(apart, "START", doing("pass"))

    assert apart.look(io.BytesIO(b"x"), "x") == LOOK


@pytest.mark.parametrize(
    "task",
    [
        "os._exit(3)",
        "os.abort()",
        "raise RecursionError",
        "bytearray(3 * 1024 ** 3)",
        "[0 for _ in iter(int, 1)]",
        "os.write(1, child.REQUEST.pack(child.LAST, 1) + b'?')",
        "os.write(1, child.REQUEST.pack(child.LAST, 2**40))",
        "os.write(1, child.REQUEST.pack(0, 2**20)); __import__('time').sleep(60)",
        "os.write(1, child.REQUEST.pack(2**63, 5) + child.REQUEST.pack(child.LAST, 1) + b'?')",
        "os.write(1, child.REQUEST.pack(child.LAST, 10**6) + b'[' * 10**6)",
        "os.write(1, child.REQUEST.pack(child.LAST, 5000) + b'9' * 5000)",
        "open(sys.argv[2], 'wb', 0).write(b'x')",
        "open('/proc/self/environ')",
        "open(sys.executable)",
        "socket.socket()",
        "answer['refusal'] = ['virus']",
        "answer['refusal'] = 'a word of its own'",
        "answer['kind'] = {}",
        "answer['taken'] = [1, 2]",
        "answer['taken'] = [['a', 'exe']]",
        "answer['left_out'] = [['a']]",
        "answer['slices'] = ['a']",
        "answer['unpacked'] = 'much'",
        "answer['slices'] = [{'study': '1'}]",
        "answer['sha256'] = 'not for it to say'",
        "answer.clear()",
    ],
)
def test_a_child_that_dies_hangs_or_takes_too_much_breaks_nothing_else(task, monkeypatch, tmp_path):
    file = tmp_path / "written"
    task = task.replace("sys.argv[2]", repr(str(file)))
    monkeypatch.setattr(apart, "START", doing(task))
    monkeypatch.setattr(apart, "PATIENCE", 5)

    assert apart.look(io.BytesIO(dicom() * 100), "scan.dcm")["refusal"] == "could_not_be_read"

    assert not file.exists()


def test_a_child_writes_no_file_while_it_loads(monkeypatch, tmp_path):
    file = tmp_path / "written"
    monkeypatch.setattr(apart, "START", doing("pass", before=f"open({str(file)!r}, 'wb', 0).write(b'x')"))

    with pytest.raises(apart.Unable):
        apart.look(io.BytesIO(b"x"), "x")

    assert file.read_bytes() == b""


def test_a_machine_that_can_start_no_child_says_nothing_of_the_file(monkeypatch):
    monkeypatch.setattr(apart, "START", "import no_such_module")

    with pytest.raises(apart.Unable):
        apart.look(io.BytesIO(dicom()), "scan.dcm")


def test_a_child_has_no_secrets(monkeypatch):
    monkeypatch.setenv("SECRET_KEY", "marker-of-a-secret")
    monkeypatch.setattr(apart, "START", doing("answer['left_out'] = [repr(dict(os.environ))]"))

    (told,) = apart.look(io.BytesIO(b"x"), "x")["left_out"]

    assert "OPENBLAS" in told
    assert "marker" not in told
