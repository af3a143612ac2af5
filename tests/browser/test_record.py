from record.models import Action
from record.noting import Thing, note
from tests import make


def test_the_record_is_without_fault_in_each_view(page_in_each_view, sign_in, axe):
    page = sign_in(page_in_each_view, make.user("Privacy officer"))
    for number in range(3):
        note(None, Action.VIEW, Thing("letter", str(number)), why="Asked for.", outcome="refused")

    page.goto("/admin/record/entry/")
    axe(page)
    page.select_option("[name=kind]", "letter")
    page.click("input[value=Find]")
    page.wait_for_load_state()

    assert page.locator("table.record tbody tr").count() == 3
    axe(page)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_the_record_is_exported_for_a_reason(page, sign_in):
    sign_in(page, make.user("Privacy officer"))
    note(None, Action.VIEW, Thing("letter", "7"))

    page.goto("/admin/record/entry/?kind=letter")
    page.fill("[name=why]", "The yearly review.")
    with page.expect_download() as download:
        page.click("input[value=Export]")
    with page.expect_download():  # the page stays, and so may be asked again
        page.click("input[value=Export]")

    lines = download.value.path().read_text().splitlines()
    assert download.value.suggested_filename.startswith("record-")
    assert [line.split(",")[6] for line in lines] == ["key", "7"]
