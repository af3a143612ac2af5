"""The index on disk: right at every moment, whoever makes it and however that ends."""

import datetime
import os
import signal
import threading

import pytest
import tantivy
from django.db import connection
from django.utils import timezone

from publishing import actions
from publishing.models import Edition
from search import documents, index
from tests import make

SOON = datetime.timedelta(hours=1)


def titles(asked="pain"):
    """The titles that a process that has just started finds."""
    return _titles(index.Index().live(), asked)


def _titles(live, asked="pain"):
    from search.finding import find

    return {record["title"] for record in live.records([address for _, address in find(asked, live).hits])}


def look_again():
    """Have this process look whether anything changed, as after a second."""
    index.index.looked_at = None
    return _titles(index.index.live())


@pytest.fixture
def pain(db):
    return make.published(make.symptom("Pain", slug="pain"))


def test_the_first_search_makes_the_index(pain):
    assert not index.FOLDER.exists()

    assert titles() == {"Pain"}
    assert index.folder().is_dir()


def test_a_site_without_a_page_finds_nothing(db):
    assert titles() == set()


def test_what_is_published_changed_or_withdrawn_is_found_so_at_once(pain):
    assert look_again() == {"Pain"}

    other = make.published(make.symptom("Night pain"))
    assert look_again() == {"Pain", "Night pain"}

    pain.title = "Old pain"
    pain.save()
    assert look_again() == {"Pain", "Night pain"}
    make.published(pain)
    assert look_again() == {"Old pain", "Night pain"}

    actions.withdraw(other, by=None, change="Wrong.")
    assert look_again() == {"Old pain"}


def test_a_planned_start_a_cancelled_one_and_an_end_need_nobody(pain, time_machine):
    now = timezone.now()
    time_machine.move_to(now, tick=True)
    make.published(make.symptom("Ending pain"))
    Edition.objects.filter(title="Ending pain").update(ends_at=now + 2 * SOON)
    planned = make.symptom("Planned pain")
    actions.publish(planned, by=None, change="Later.", at=now + SOON)
    cancelled = make.symptom("Cancelled pain")
    actions.cancel(actions.publish(cancelled, by=None, change="Later.", at=now + SOON), by=None)
    assert look_again() == {"Pain", "Ending pain"}

    time_machine.move_to(now + SOON + datetime.timedelta(seconds=1), tick=True)
    assert look_again() == {"Pain", "Ending pain", "Planned pain"}

    time_machine.move_to(now + 2 * SOON + datetime.timedelta(seconds=1), tick=True)
    assert look_again() == {"Pain", "Planned pain"}


def test_one_process_serves_no_index_older_than_a_second(pain, monkeypatch):
    clock = 1000.0
    monkeypatch.setattr(index.time, "monotonic", lambda: clock)
    index.index.live()
    make.published(make.symptom("Night pain"))

    clock += 0.9
    assert _titles(index.index.live()) == {"Pain"}
    clock += 0.1
    assert _titles(index.index.live()) == {"Pain", "Night pain"}


def test_only_what_changed_is_read_and_written(pain, monkeypatch):
    for number in range(5):
        make.published(make.symptom(f"Pain {number}"))
    look_again()
    made = []
    real = documents.documents
    monkeypatch.setattr(index, "documents", lambda wanted: (made.append(one) or one for one in real(wanted)))

    make.published(pain)
    look_again()

    assert [document.title for document in made] == ["Pain"]


def test_a_physician_is_indexed_again_when_a_condition_that_names_them_changes(db):
    condition = make.condition("Sciatica")
    condition.physician_rows.create(physician=make.published(make.physician("Adler")))
    make.published(condition)
    assert titles("sciatica") == {"Sciatica", "Ada Adler"}

    actions.withdraw(condition, by=None, change="Wrong.")

    assert titles("sciatica") == set()
    assert titles("adler") == {"Ada Adler"}


def test_another_process_opens_what_one_has_made(pain, monkeypatch):
    index.Index().live()
    monkeypatch.setattr(index, "documents", None)  # nothing is made again

    assert titles() == {"Pain"}


def test_a_change_costs_four_queries_and_as_few_for_many(pain, django_assert_num_queries):
    for number in range(9):
        make.published(make.symptom(f"Pain {number}"))

    with django_assert_num_queries(5):  # the stamp; editions, what they are found through, their words; warning signs
        index.Index().live()


@pytest.mark.parametrize("harm", ["meta.json", ".managed.json", "*.store", "*.fast"])
def test_a_damaged_index_is_made_anew(pain, harm):
    index.Index().live()
    for file in index.folder().glob(harm):
        file.write_bytes(b"\x00broken")

    assert titles() == {"Pain"}
    assert titles() == {"Pain"}


def test_without_a_folder_to_write_to_a_process_answers_from_memory(pain, monkeypatch, tmp_path):
    (tmp_path / "file").write_text("not a folder")
    monkeypatch.setattr(index, "FOLDER", tmp_path / "file")

    assert look_again() == {"Pain"}
    make.published(make.symptom("Night pain"))
    assert look_again() == {"Pain", "Night pain"}


def test_pages_read_in_another_way_have_an_index_of_their_own(pain, monkeypatch):
    index.Index().live()
    before = index.folder()

    monkeypatch.setattr(type(pain), "SHAPE", 3)
    monkeypatch.setattr(type(pain), "UPGRADES", {2: dict, **type(pain).UPGRADES})

    assert index.folder() != before
    assert titles() == {"Pain"}
    assert not before.exists()


def test_a_kind_that_comes_later_is_found_without_a_word_in_search(db):
    searched = documents.searched_kinds()

    assert "site" not in searched
    assert {"condition", "symptom", "test", "treatment", "physician", "term", "article"} <= searched.keys()


# Several at once. These have real transactions, since other threads and processes look.


def test_many_threads_at_a_first_search_make_it_once(transactional_db, monkeypatch):
    make.published(make.symptom("Pain"))
    made, answers = [], []
    real = index._up_to_date
    monkeypatch.setattr(index, "_up_to_date", lambda *some: made.append(1) or real(*some))

    def ask():
        try:
            answers.append(_titles(index.index.live()))
        finally:
            connection.close()

    threads = [threading.Thread(target=ask) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert answers == [{"Pain"}] * 8
    assert made == [1]


def test_processes_that_start_together_all_answer_and_make_it_once(transactional_db):
    for number in range(20):
        make.published(make.symptom(f"Pain {number}"))
    connection.close()
    reading, writing = os.pipe()

    children = []
    for _ in range(4):
        child = os.fork()
        if not child:
            made = []
            real = index.documents
            index.documents = lambda wanted: made.append(1) or real(wanted)  # noqa: B023 - this child ends below
            found = len(titles())
            os.write(writing, f"{found} {len(made)}\n".encode())
            os._exit(0)
        children.append(child)
    os.close(writing)
    for child in children:
        os.waitpid(child, 0)
    with os.fdopen(reading) as pipe:
        told = sorted(pipe.read().split("\n"))[1:]

    assert told == ["20 0", "20 0", "20 0", "20 1"]


def test_a_process_killed_in_the_middle_leaves_what_was_there(transactional_db, monkeypatch):
    """The child is killed between writing its documents and the commit, and while it holds the lock."""
    make.published(make.symptom("Pain"))
    index.Index().live()
    make.published(make.symptom("Night pain"))
    before = (index.folder() / "meta.json").read_bytes()
    connection.close()

    child = os.fork()
    if not child:  # in the child alone

        class Killed:
            def __init__(self, writer):
                self.writer = writer

            def __getattr__(self, name):
                if name == "commit":
                    os.kill(os.getpid(), signal.SIGKILL)
                return getattr(self.writer, name)

        class Written:
            def __init__(self, written):
                self.written = written

            def __getattr__(self, name):
                return getattr(self.written, name)

            def writer(self, *some):
                return Killed(self.written.writer(*some))

        real = index._open
        index._open = lambda: Written(real())
        try:
            index.Index().live()
        finally:
            os._exit(1)
    _, status = os.waitpid(child, 0)

    assert os.WTERMSIG(status) == signal.SIGKILL
    assert (index.folder() / "meta.json").read_bytes() == before
    old = tantivy.Index.open(str(index.folder()))
    assert old.searcher().num_docs == 2  # the page and the stamp
    assert titles() == {"Pain", "Night pain"}
