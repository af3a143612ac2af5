import io
import re
import shutil

import pytest
from django.core.management import CommandError, call_command

from conditions.models import Condition, Treatment
from news.models import Article
from pages import sample
from pages.models import SiteDetails
from physicians.models import Location, Physician
from publishing.models import Edition, Page
from tests import make

pytestmark = pytest.mark.django_db


LOOK = """
from django.utils import timezone
from conditions.models import Condition
from publishing.models import Edition, Page
from publishing.state import states

found = [pair for kind in Page.kinds().values() for pair in states(list(kind.working()), timezone.now())]
codes = ",".join({state.code for _page, state in found})
rules = ",".join(sorted({finding["rule"] for edition in Edition.objects.all() for finding in edition.findings}))
print(len(found), Condition.objects.count(), codes, Edition.objects.count(), rules)
"""


def load():
    out = io.StringIO()
    call_command("load_sample", stdout=out)
    return out.getvalue().splitlines()


def state():
    return sorted(Page.objects.values_list("kind", "slug", "version")), Edition.objects.count()


@pytest.fixture
def small(tmp_path, monkeypatch):
    """The sample department with one condition, in a folder of its own."""
    articles = (sample.FOLDER / "articles.toml").read_text().split("[[article]]")
    articles = "[[article]]".join(t for t in articles if "conditions =" not in t or '["Metastatic Tumor"]' in t)
    document = (sample.FOLDER / "conditions" / "metastatic-tumor.txt").read_text()
    for file in sample.FOLDER.glob("*.toml"):
        text = file.read_text()
        if file.name in ("symptoms.toml", "tests.toml", "treatments.toml", "terms.toml"):
            head, *tables = re.split(r"(?m)^(?=\[\[)", text)
            named = [table for table in tables if re.search('title = "(.+)"', table)[1] in document + articles]
            text = "".join([head, *named])
        elif file.name == "figures.toml":
            head, *tables = re.split(r"(?m)^(?=\[\[)", text)
            text = "".join([head, *(table for table in tables if "metastatic-tumor" in table)])
        (tmp_path / file.name).write_text(text)
    (tmp_path / "articles.toml").write_text(articles)
    shutil.copytree(sample.FOLDER / "figures", tmp_path / "figures")
    (tmp_path / "conditions").mkdir()
    (tmp_path / "conditions" / "metastatic-tumor.txt").write_text(document)
    monkeypatch.setattr(sample, "FOLDER", tmp_path)
    return tmp_path


@pytest.mark.once
def test_the_whole_department_is_published_and_a_second_run_changes_nothing(made_site):
    before = made_site.manage("shell", "-v0", "-c", LOOK)
    second = made_site.manage("load_sample")
    after = made_site.manage("shell", "-v0", "-c", LOOK)

    first = made_site.output.read_text(encoding="utf-8").splitlines()
    pages, conditions, codes, _editions, rules = before.stdout.split()
    assert int(conditions) == len(list((sample.FOLDER / "conditions").iterdir()))
    assert f"The sample department: {pages} pages added." in first
    assert codes == "live"
    assert rules == "review,review_of_entries"  # which no invented clinician may give
    assert not any(line.startswith("  ") for line in second.stdout.splitlines())
    assert second.stdout.splitlines()[-1] == "No change."
    assert after.stdout == before.stdout


@pytest.mark.once
def test_entries_say_what_the_files_say(small):
    load()

    physician = Physician.objects.get(family_name="Thistledown")
    treatment = Treatment.objects.get(slug="radiation-therapy")
    assert SiteDetails.objects.get().notice.startswith("This is a sample site.")
    assert [place.name for place in physician.locations.all()] == ["Example Valley Spine Center"]
    assert physician.training.startswith("<ul><li>Medical school")
    assert treatment.questions.startswith("<ul><li>")
    assert (treatment.method, treatment.also_called.splitlines()[0]) == ("radiation", "radiotherapy")
    assert Location.objects.count() == 3


@pytest.mark.once
def test_articles_are_about_what_the_files_say(client, small):
    load()

    article = Article.objects.get(slug="a-sample-page-on-tumors-that-spread-to-the-spine")
    assert [str(row.condition) for row in article.condition_rows.all()] == ["Metastatic Tumor"]
    assert article.treatment_rows.get().treatment.slug == "spinal-tumor-surgery"
    assert "Recent news" in client.get("/conditions/metastatic-tumor/").content.decode()
    assert not Article.objects.filter(kind_of=Article.Kind.STORY).exists()


@pytest.mark.once
def test_an_article_that_was_changed_on_the_site_stays(small):
    load()
    article = Article.objects.get(slug="welcome-to-the-sample-department")
    article.treatment_rows.all().delete()

    lines = load()

    assert f"  {article} was changed on this site and stays so." in lines
    assert not article.treatment_rows.exists()


@pytest.mark.once
def test_an_article_about_what_no_file_describes_stops_the_loading(small):
    articles = small / "articles.toml"
    articles.write_text(articles.read_text().replace("Spinal Fusion", "Spinal Illusion"))

    with pytest.raises(CommandError, match="names “Spinal Illusion”, which no file describes"):
        load()

    assert not Page.objects.exists()


@pytest.mark.once
def test_what_was_changed_on_the_site_stays_and_what_is_missing_is_added(small):
    load()
    physician = Physician.objects.get(family_name="Thistledown")
    physician.position = "Director"
    physician.save()
    condition = Condition.objects.get()
    condition.outlook = "<p>Ours.</p>"
    condition.save()
    extra = small / "conditions" / "slip.md"
    extra.write_text("# Slip\n\nIt slips.\n")

    lines = load()

    physician.refresh_from_db()
    condition.refresh_from_db()
    assert (physician.position, condition.outlook) == ("Director", "<p>Ours.</p>")
    assert f"  {physician} was changed on this site and stays so." in lines
    assert "1 of 2 conditions: “Metastatic Tumor” exists and differs; it was left alone." in lines
    assert lines[-1] == "The sample department: 1 page added."


def test_a_site_with_other_content_is_left_alone():
    make.condition("Sciatica")
    make.site(title="Our own site")
    before = state()

    with pytest.raises(CommandError, match="content of its own"):
        load()

    assert state() == before


def test_a_sample_that_cannot_be_read_leaves_nothing(small):
    (small / "conditions" / "zebra.md").write_text("It has no title. None at all.\n")

    with pytest.raises(CommandError, match="could not be loaded: line 1: no title was found"):
        load()

    assert not Page.objects.exists()
    assert not Location.objects.exists()
