import io
import threading

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.utils import timezone

from conditions.models import Condition, DiagnosticTest
from physicians.models import Physician
from publishing.composing import compose
from publishing.models import Edition, Page
from tests.conditions.importer.documents import MARKDOWN, PLAIN, word_file
from tests.conftest import shared


@pytest.fixture
def folder(tmp_path):
    """A folder with the same condition in two shapes, and files that can't be read."""
    (tmp_path / "slip.txt").write_text(PLAIN)
    (tmp_path / "other.md").write_text(MARKDOWN.replace("# Slipping Vertebra", "# Loose Vertebra"))
    (tmp_path / "word.docx").write_bytes(word_file(("Title", "Worn Disc"), "It wears."))
    (tmp_path / "empty.txt").write_text("")
    (tmp_path / "binary.txt").write_bytes(b"\x00\x01")
    (tmp_path / "untitled.txt").write_text("Symptoms\n\nIt hurts.\n")
    (tmp_path / "no.docx").write_text("words")
    (tmp_path / "large.txt").write_bytes(b"Title\n\n" + b"word " * 1_100_000)
    (tmp_path / "latin.txt").write_bytes("Title\n\nПозвоночник".encode("koi8-r"))
    return tmp_path


def run(*files, **options):
    """(lines on stdout, lines on stderr, message of the error or None)."""
    out, err, error = io.StringIO(), io.StringIO(), None
    try:
        call_command("import_condition", *map(str, files), stdout=out, stderr=err, **options)
    except CommandError as problem:
        error = str(problem)
    return out.getvalue().splitlines(), err.getvalue().splitlines(), error


@pytest.mark.django_db
def test_the_reference_page_is_published_whole_on_an_empty_site():
    out, err, error = run(shared("reference/metastatic-tumor.txt"), publish=True)

    page = compose(Condition, "metastatic-tumor", timezone.now())
    roles = [mention.role for mention in page.mentions]
    paragraphs = {name: page.words[name].count("<p>") for name in Condition.TEXTS if page.words[name]}
    assert (error, err) == (None, [])
    assert page.title == "Metastatic Tumor"
    assert page.words["plural"] == "metastatic spinal tumors"
    assert paragraphs == {"overview": 3, "symptoms": 4, "causes": 2, "further_tests": 1, "treatments": 4}
    assert [roles.count(role) for role in ("term", "first_test", "lead", "physician")] == [2, 3, 1, 7]
    assert Physician.objects.filter(patients="pediatric").count() == 2
    assert "  “Metastatic Tumor”: no change." in run(shared("reference/metastatic-tumor.txt"), publish=True)[0]
    assert Edition.objects.count() == Page.objects.count() == 14
    assert not any("no place" in line for line in out)


@pytest.mark.django_db
def test_many_files_show_their_progress(folder):
    out, err, error = run(folder / "slip.txt", folder / "other.md", folder / "word.docx")

    assert [line for line in out if not line.startswith(" ")] == [
        f"1 of 3  {folder}/slip.txt",
        f"2 of 3  {folder}/other.md",
        f"3 of 3  {folder}/word.docx",
    ]
    assert (err, error) == ([], None)
    assert Condition.objects.count() == 3


@pytest.mark.django_db
def test_bad_files_get_a_line_each_and_the_others_go_on(folder):
    bad = ["missing.txt", "empty.txt", "binary.txt", "untitled.txt", "no.docx", "large.txt", "latin.txt", "."]

    out, err, error = run(*(folder / name for name in bad), folder / "slip.txt")

    assert err == [
        f"1 of 9  {folder}/missing.txt: there is no such file",
        f"2 of 9  {folder}/empty.txt: the file is empty",
        f"3 of 9  {folder}/binary.txt: line 1: this is a binary file, not a text",
        f"4 of 9  {folder}/untitled.txt: line 1: no title was found; the first line should be the condition's name",
        f"5 of 9  {folder}/no.docx: this is not a Word document (.docx)",
        f"6 of 9  {folder}/large.txt: the file is larger than 5 MB",
        f"7 of 9  {folder}/latin.txt: line 3: the encoding is not UTF-8; save the file as UTF-8",
        f"8 of 9  {folder}: this is a folder; name the files in it",
    ]
    assert error == "8 of 9 files could not be imported."
    assert out[:2] == [f"9 of 9  {folder}/slip.txt", "  New condition “Slipping Vertebra”."]
    assert Condition.objects.count() == 1


@pytest.mark.django_db
def test_a_file_that_breaks_a_rule_leaves_nothing_behind(folder):
    (folder / "long.txt").write_text(PLAIN.replace("Vertebra\n\n\n", f"Vertebra\nSummary: {'x' * 200}\n\n", 1))

    _, err, error = run(folder / "long.txt")

    assert "condition “Slipping Vertebra”: summary:" in err[0]
    assert error == "1 of 1 files could not be imported."
    assert not Page.objects.exists()


@pytest.mark.django_db
def test_a_changed_file_is_shown_and_replaces_only_when_told_to(folder):
    run(folder / "slip.txt", publish=True)
    (folder / "slip.txt").write_text(PLAIN.replace("Worn joints are", "Age is"))

    told = run(folder / "slip.txt")[0]
    causes = Condition.objects.get().causes
    replaced = run(folder / "slip.txt", replace=True)[0]

    assert "  “Slipping Vertebra” exists and differs; it was left alone." in told
    assert "    site:     Worn joints are the usual cause. A small crack in the bone is another." in told
    assert "    document: Age is the usual cause. A small crack in the bone is another." in told
    assert causes.startswith("<p>Worn joints")
    assert "  “Slipping Vertebra” was replaced in the working copy." in replaced
    assert Condition.objects.get().causes.startswith("<p>Age is")
    assert Edition.objects.filter(page__kind="condition").count() == 1


@pytest.mark.django_db(transaction=True)
def test_imports_at_the_same_time_share_their_entries_and_lose_nothing(folder):
    files = []
    for number in range(6):
        file = folder / f"slip-{number % 3}.txt"
        file.write_text(PLAIN.replace("Slipping Vertebra", f"Slipping Vertebra {number % 3}"))
        files.append(file)
    start, results = threading.Barrier(6), []

    def work(file):
        try:
            start.wait()
            results.append(run(file, publish=True))
        finally:
            connection.close()

    threads = [threading.Thread(target=work, args=[file]) for file in files]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert [(err, error) for _, err, error in results] == [([], None)] * 6
    assert Condition.objects.count() == 3
    assert DiagnosticTest.objects.count() == 3
    assert Edition.objects.count() == Page.objects.count() == 11
