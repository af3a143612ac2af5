import pytest
from django.urls import reverse
from playwright.sync_api import expect

from conditions.models import Condition
from publishing.drafts import Draft
from publishing.models import Edition
from publishing.preview_links import make_link
from publishing.richtext import clean
from tests import make


@pytest.fixture
def metastatic_tumor(site_url):
    condition = make.condition("Metastatic tumor", slug="metastatic-tumor", overview="<p>Old words.</p>")
    for position, name in enumerate(("Able", "Baker", "Cole")):
        condition.physician_rows.create(physician=make.physician(name), position=position)
    condition.symptom_rows.create(symptom=make.symptom("Back pain"))
    condition.warning_sign_rows.create(warning_sign=make.warning_sign("You fall"), note="rare")
    condition.test_rows.create(test=make.diagnostic_test("X-ray"))
    condition.treatment_rows.create(treatment=make.treatment("Laminectomy"))
    condition.term_rows.create(term=make.term("Tumor"))
    return condition


@pytest.fixture
def secretary(site_url):
    person = make.user("Editor")
    for role in ("Publisher",):
        person.groups.add(make.Group.objects.get(name=role))
    return person


def change(condition):
    return reverse("admin:conditions_condition_change", args=[condition.pk])


def ready(page):
    """Wait until every editor of the form stands."""
    expect(page.locator("iframe.cke_wysiwyg_frame")).to_have_count(9)
    return page


def test_the_form_passes_axe(page_in_each_view, sign_in, secretary, metastatic_tumor, axe):
    page = sign_in(page_in_each_view, secretary)
    make.published(metastatic_tumor)

    page.goto(change(metastatic_tumor))

    # The inside of the editor's frame is CKEditor's own.
    axe(ready(page), context={"exclude": [["iframe"]]})
    parts = ("#content > h2", ".object-tools", ".publishing-state >> nth=0")
    heading, tools, state = (page.locator(part).bounding_box() for part in parts)
    assert heading["y"] + heading["height"] <= tools["y"]
    assert tools["y"] + tools["height"] <= state["y"]


def test_opening_and_saving_a_text_of_the_importer_changes_nothing(page, sign_in, secretary, metastatic_tumor):
    texts = {
        "overview": "<p>One.</p><p>Two, <em>and</em> more.<br>Three.</p><h3>Four</h3>",
        "symptoms": "<p>It hurts:</p><ul><li>here</li><li>there</li></ul>",
        "causes": '<table><thead><tr><th scope="col">A</th></tr></thead><tbody><tr><td>B</td></tr></tbody></table>',
        "outlook": '<p>Say <span lang="es">“hola”</span>&nbsp;now.</p><ol start="3"><li><p>Three</p></li></ol>',
    }
    Condition.objects.filter(pk=metastatic_tumor.pk).update(**texts)
    published = make.published(Condition.objects.get())
    approved = Edition.objects.get(page=published.page_ptr).clinical_hash

    sign_in(page, secretary).goto(change(metastatic_tumor))
    ready(page)
    page.locator("input[name=_continue]").click()
    page.wait_for_load_state()

    assert "Patients read what stands here" in page.content()
    saved = Condition.objects.get()
    assert {name: getattr(saved, name) for name in texts} == {name: clean(text) for name, text in texts.items()}
    assert Draft.of(saved).clinical_hash == approved


def test_whatever_the_form_loads_is_compressed(page, sign_in, secretary, metastatic_tumor):
    loaded = []
    page.on("response", lambda answer: loaded.append(answer) if answer.url.endswith((".js", ".css")) else None)

    sign_in(page, secretary).goto(change(metastatic_tumor))
    ready(page)

    whole = [answer.url for answer in loaded if "content-encoding" not in answer.headers]
    assert len(loaded) > 20
    assert [address for address in whole if len(page.request.get(address).body()) > 500] == []


@pytest.mark.parametrize("name", ["changelist", "add"])
def test_the_list_and_the_empty_form_pass_axe(page_in_each_view, sign_in, secretary, metastatic_tumor, axe, name):
    page = page_in_each_view
    sign_in(page, secretary).goto(reverse(f"admin:conditions_condition_{name}"))

    axe(page, context={"exclude": [["iframe"]]})


def test_the_form_of_a_warning_sign_passes_axe(page_in_each_view, sign_in, secretary, axe):
    sign_in(page_in_each_view, secretary).goto(reverse("admin:conditions_warningsign_add"))

    axe(page_in_each_view)


@pytest.mark.parametrize("name", ["publish", "withdraw", "history", "delete"])
def test_the_pages_beside_the_form_pass_axe(page_in_each_view, sign_in, secretary, metastatic_tumor, axe, name):
    page = page_in_each_view
    if name == "withdraw":
        make.published(metastatic_tumor)

    sign_in(page, secretary).goto(reverse(f"admin:conditions_condition_{name}", args=[metastatic_tumor.pk]))

    axe(page)


def test_the_form_of_whoever_may_only_look_passes_axe(page_in_each_view, sign_in, metastatic_tumor, axe):
    sign_in(page_in_each_view, make.user("Publisher")).goto(change(metastatic_tumor))

    axe(page_in_each_view)


def test_the_first_page_passes_axe(page_in_each_view, sign_in, secretary, axe):
    sign_in(page_in_each_view, secretary).goto("/admin/")

    axe(page_in_each_view)


def test_a_secretary_writes_reorders_saves_and_publishes(page, sign_in, secretary, metastatic_tumor):
    ready(sign_in(page, secretary).goto(change(metastatic_tumor)) and page)

    page.evaluate("CKEDITOR.instances.id_overview.setData('<h3>What it is</h3><p>New <b>words</b>.</p>')")
    page.frame_locator("#cke_id_overview iframe").get_by_text("New words.").wait_for()
    page.locator("#physician_rows-2 [data-move=up]").click()
    page.locator("#physician_rows-2 [data-move=up]").press("Enter")
    page.get_by_role("button", name="Save and publish…").click()
    page.get_by_label("What changed?").fill("New overview.")
    page.get_by_label("Why publish in spite of the warnings above?").fill("It is read on Monday.")
    page.get_by_role("button", name="Publish", exact=True).click()
    page.wait_for_selector(".success")

    condition = Condition.objects.get()
    assert condition.overview.split() == ["<h3>What", "it", "is</h3>", "<p>New", "<strong>words</strong>.</p>"]
    assert [row.physician.family_name for row in condition.physician_rows.all()] == ["Cole", "Able", "Baker"]
    assert Edition.objects.filter(page=condition.pk).get().content["overview"] == condition.overview


def test_moved_rows_stay_where_they_are_when_a_save_is_refused(page, sign_in, secretary, metastatic_tumor):
    ready(sign_in(page, secretary).goto(change(metastatic_tumor)) and page)
    page.locator("#physician_rows-2 [data-move=up]").click()
    page.locator("#physician_rows-2 [data-move=up]").press("Enter")
    page.get_by_label("Title:").fill("")
    page.get_by_role("button", name="Save", exact=True).click()
    page.wait_for_selector(".errornote")

    names = page.locator("#physician_rows-group tr.form-row:not(.empty-form) .select2-selection__rendered")
    expect(names).to_have_text(["Ada Cole", "Ada Able", "Ada Baker"])
    page.locator("#physician_rows-1 [data-move=up]").click()
    page.get_by_label("Title:").fill("Metastatic tumor")
    page.get_by_role("button", name="Save", exact=True).click()
    page.wait_for_selector(".success")

    assert [row.physician.family_name for row in metastatic_tumor.physician_rows.all()] == ["Cole", "Baker", "Able"]


def test_on_a_phone_the_words_of_a_button_keep_off_its_edge(new_page, sign_in, secretary, metastatic_tumor):
    page = sign_in(new_page(width=390), secretary)

    page.goto(reverse("admin:conditions_condition_publish", args=[metastatic_tumor.pk]))

    buttons = page.locator(".submit-row > :is(a, input)")
    room = "each => each.map(button => parseFloat(getComputedStyle(button).paddingInlineStart))"
    assert all(pixels >= 12 for pixels in buttons.evaluate_all(room))


def test_a_phone_shows_history_links_and_addresses_without_scrolling_aside(
    new_page, sign_in, secretary, metastatic_tumor
):
    make.published(metastatic_tumor)
    make_link(metastatic_tumor, by=secretary, days=7)
    page = sign_in(new_page(width=390), secretary)

    for name, part in (
        ("history", ".past-events td:last-child a"),
        ("preview_links", ".preview-links button"),
        ("addresses", ".ask textarea"),
    ):
        page.goto(reverse(f"admin:conditions_condition_{name}", args=[metastatic_tumor.pk]))
        box = page.locator(part).last.bounding_box()
        assert box["x"] + box["width"] <= 385, name
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), name


def test_a_row_is_added_by_typing_a_name(page, sign_in, secretary, metastatic_tumor):
    make.symptom("Numbness")
    ready(sign_in(page, secretary).goto(change(metastatic_tumor)) and page)

    page.locator("#symptom_rows-group .add-row a").click()
    page.locator("#symptom_rows-1 .select2-selection").click()
    page.locator(".select2-search__field").fill("numb")
    page.locator(".select2-results__option--highlighted", has_text="Numbness").click()
    page.get_by_role("button", name="Save", exact=True).click()
    page.wait_for_selector(".success")

    assert [row.symptom.title for row in metastatic_tumor.symptom_rows.all()] == ["Back pain", "Numbness"]


def test_what_is_to_be_mended_is_told_while_one_types(page, sign_in, secretary, metastatic_tumor):
    ready(sign_in(page, secretary).goto(change(metastatic_tumor)) and page)
    page.wait_for_selector(".check-line >> text=warning")

    page.evaluate("CKEDITOR.instances.id_overview.setData('')")
    page.wait_for_selector(".check-line >> text=1 to mend")
    page.locator(".check summary").click()
    page.locator(".check-found").get_by_role("link", name="Overview").click()

    assert page.evaluate("CKEDITOR.currentInstance.name") == "id_overview"
    metastatic_tumor.refresh_from_db()
    assert metastatic_tumor.overview


def test_the_page_stands_beside_the_form_on_a_phone_and_on_a_desk(page, sign_in, secretary, metastatic_tumor, axe):
    ready(sign_in(page, secretary).goto(change(metastatic_tumor)) and page)

    page.get_by_text("See the page beside the form").click()
    frame = page.frame_locator(".beside iframe")
    frame.get_by_role("heading", level=1).wait_for()
    width = "document.documentElement.clientWidth"
    on_a_phone = frame.locator("html").evaluate(width)
    page.get_by_label("a desk", exact=True).check()

    assert on_a_phone < 430
    assert frame.locator("html").evaluate(width) > 1200
    axe(page, ".beside")


def test_a_row_is_dragged_to_another_place(page, sign_in, secretary, metastatic_tumor):
    ready(sign_in(page, secretary).goto(change(metastatic_tumor)) and page)

    page.locator("#physician_rows-2 td.original p").drag_to(page.locator("#physician_rows-0 td.original p"))
    page.get_by_role("button", name="Save", exact=True).click()
    page.wait_for_selector(".success")

    assert [row.physician.family_name for row in metastatic_tumor.physician_rows.all()][0] == "Cole"


def test_the_editors_tools_ask_for_nothing_that_is_not_served(page, sign_in, secretary, metastatic_tumor):
    ready(sign_in(page, secretary).goto(change(metastatic_tumor)) and page)

    for tool in ("link", "table"):
        page.locator(f"#cke_id_overview .cke_button__{tool}.cke_button_off").click()
        page.wait_for_selector(".cke_dialog:visible")
        page.keyboard.press("Escape")
        page.wait_for_selector(".cke_dialog", state="hidden")
    page.locator("#cke_id_overview .cke_button__showblocks").click()
    page.locator("#cke_id_overview .cke_button__language").click()
    page.frame_locator(".cke_menu_panel iframe").get_by_text("Español").wait_for()

    tools = page.evaluate("Object.keys(CKEDITOR.instances.id_overview.plugins)")
    refused = {"exportpdf", "scayt", "wsc", "flash", "iframe", "codesnippetgeshi", "preview", "image", "uploadimage"}
    assert not refused & set(tools)
