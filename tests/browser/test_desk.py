"""The desk's lists and screens as staff see them: without fault on each view, and worked by keys."""

from django.urls import reverse
from django.utils import timezone

from publishing import actions, many
from publishing.models import Edition
from publishing.preview_links import make_link
from tests import make


def fits(page):
    return page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_the_screens_about_a_page_and_its_users_pass_axe(page_in_each_view, sign_in, axe):
    person = make.user(is_superuser=True)
    page = sign_in(page_in_each_view, person)
    physician = make.published(make.physician("Sample"))
    condition = make.condition("Metastatic tumor with a very long name", overview="<p>Words.</p>")
    condition.physician_rows.create(physician=physician)
    link = f'<p>See <a href="{physician.get_absolute_url()}">Ada Sample</a>.</p>'
    make.published(condition)
    make.published(make.condition("Sciatica", overview=link))
    make_link(physician, by=person, days=7)

    for name in ("uses", "withdraw", "preview_links"):
        page.goto(reverse(f"admin:physicians_physician_{name}", args=[physician.pk]))
        axe(page)
        assert fits(page), name
    page.get_by_role("button", name="End it now").focus()
    page.keyboard.press("Enter")
    page.wait_for_selector("text=The link has ended.")


def test_lists_and_what_publishes_many_pages_pass_axe(page_in_each_view, sign_in, axe):
    page = sign_in(page_in_each_view, make.user("Publisher"))
    make.symptom("Numb toes")
    make.condition("Sciatica")
    make.published(make.symptom("Weak legs"))

    for address in ("/admin/", "/admin/findings/", "/admin/desk/drafts/", "/admin/desk/published/"):
        page.goto(address)
        axe(page)
        assert fits(page), address
    page.goto("/admin/desk/drafts/")
    page.get_by_role("link", name="Publish all here…").click()
    axe(page)
    page.fill("[name=change]", "New words.")
    page.fill("[name=despite]", "It is urgent.")
    page.keyboard.press("Enter")
    page.wait_for_selector("text=Stopped at the condition “Sciatica”.")
    axe(page)
    assert fits(page)


def test_many_pages_are_published_step_by_step_without_another_press(page, sign_in, monkeypatch):
    monkeypatch.setattr(many, "SECONDS_A_STEP", -1)
    sign_in(page, make.user("Publisher"))
    for letter in "ABCD":
        make.symptom(f"Symptom {letter}")
    seen = []
    page.on(
        "response", lambda response: seen.append(response.request.method) if "publish-many" in response.url else None
    )

    page.goto("/admin/desk/drafts/")
    for letter in "ABC":
        page.get_by_role("checkbox", name=f"Publish Symptom {letter} (symptom)").check()
    page.get_by_role("button", name="Publish the ticked…").click()
    page.fill("[name=change]", "New words.")
    page.fill("[name=despite]", "It is urgent.")
    page.get_by_role("button", name="Publish them").click()
    page.wait_for_selector("text=3 pages are published.")

    assert seen == ["GET", "POST", "POST", "POST"]
    live = Edition.objects.live(timezone.now()).filter(kind="symptom")
    assert sorted(live.values_list("title", flat=True)) == ["Symptom A", "Symptom B", "Symptom C"]


def test_a_page_read_ahead_without_another_is_framed_by_nobody_else(page, sign_in):
    sign_in(page, make.user("Publisher"))
    physician = make.published(make.physician("Sample"))
    condition = make.condition("Sciatica", overview="<p>Words.</p>")
    condition.physician_rows.create(physician=physician)
    actions.publish(condition, by=None, change="Text.")

    page.goto(reverse("admin:physicians_physician_withdraw", args=[physician.pk]))
    page.get_by_role("link", name="Read it without").click()

    page.wait_for_selector("h1:has-text('Sciatica')")
    assert "Ada Sample" not in page.inner_text("main")
