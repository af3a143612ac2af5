import io
import shutil

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from conditions.models import Condition, Treatment
from news.models import Article
from pages import sample
from pages.models import SiteDetails
from physicians.models import Location, Physician
from publishing.models import Edition, Page
from publishing.state import states
from tests import make

pytestmark = pytest.mark.django_db


def load():
    out = io.StringIO()
    call_command("load_sample", stdout=out)
    return out.getvalue().splitlines()


def state():
    return sorted(Page.objects.values_list("kind", "slug", "version")), Edition.objects.count()


@pytest.fixture
def small(tmp_path, monkeypatch):
    """The sample department with one condition, in a folder of its own."""
    for file in sample.FOLDER.glob("*.toml"):
        (tmp_path / file.name).write_text(file.read_text())
    shutil.copytree(sample.FOLDER / "figures", tmp_path / "figures")
    (tmp_path / "conditions").mkdir()
    document = sample.FOLDER / "conditions" / "metastatic-tumor.txt"
    (tmp_path / "conditions" / document.name).write_text(document.read_text())
    monkeypatch.setattr(sample, "FOLDER", tmp_path)
    return tmp_path


def test_the_whole_department_is_published_and_a_second_run_changes_nothing():
    first = load()
    before = state()
    second = load()

    pages = [page for model in Page.kinds().values() for page in model.working()]
    codes = {s.code for model in Page.kinds().values() for _, s in states(list(model.working()), timezone.now())}
    assert Condition.objects.count() == 8
    assert first[-1] == f"The sample department: {len(pages)} pages added."
    assert codes == {"live"}
    assert not any(line.startswith(" ") for line in first)
    assert second[-1] == "No change."
    assert state() == before


def test_entries_say_what_the_files_say(small):
    load()

    physician = Physician.objects.get(family_name="Thistledown")
    treatment = Treatment.objects.get(slug="watchful-waiting")
    assert SiteDetails.objects.get().notice.startswith("This is a sample site.")
    assert [place.name for place in physician.locations.all()] == ["Example Valley Spine Center"]
    assert physician.training.startswith("<ul><li>Medical school")
    assert treatment.questions.startswith("<ul><li>")
    assert (treatment.method, treatment.also_called.splitlines()[0]) == ("watching", "active monitoring")
    assert Location.objects.count() == 2


def test_articles_are_about_what_the_files_say(client, small):
    load()

    article = Article.objects.get(slug="a-sample-page-on-tumors-that-spread-to-the-spine")
    assert [str(row.condition) for row in article.condition_rows.all()] == ["Metastatic Tumor"]
    assert article.treatment_rows.get().treatment.slug == "spinal-tumor-surgery"
    assert "Recent news" in client.get("/conditions/metastatic-tumor/").content.decode()
    assert not Article.objects.filter(kind_of=Article.Kind.STORY).exists()


def test_an_article_that_was_changed_on_the_site_stays(small):
    load()
    article = Article.objects.get(slug="welcome-to-the-sample-department")
    article.treatment_rows.all().delete()

    lines = load()

    assert f"  {article} was changed on this site and stays so." in lines
    assert not article.treatment_rows.exists()


def test_an_article_about_what_no_file_describes_stops_the_loading(small):
    articles = small / "articles.toml"
    articles.write_text(articles.read_text().replace("Spinal Fusion", "Spinal Illusion"))

    with pytest.raises(CommandError, match="names “Spinal Illusion”, which no file describes"):
        load()

    assert not Page.objects.exists()


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
