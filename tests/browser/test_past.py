"""A page's history, two of its states compared, and an old one brought back, as staff see them."""

from django.urls import reverse

from publishing import actions
from publishing.revisions import keep
from tests import make


def test_history_comparison_and_bringing_back_are_without_fault_and_work_by_keys(page_in_each_view, sign_in, axe):
    page = sign_in(page_in_each_view, make.user("Editor"))
    condition = make.condition("Sciatica", overview="<p>Pain in the leg.</p>")
    keep(condition, by=None)
    actions.publish(condition, by=None, change="First.")
    condition.overview = "<p>Pain in the <strong>back</strong>.</p>"
    condition.save()
    keep(condition, by=None)

    page.goto(reverse("admin:conditions_condition_history", args=[condition.pk]))
    axe(page)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    page.get_by_role("radio", name="Saved (1): from").focus()
    page.keyboard.press("Space")
    page.keyboard.press("Enter")
    page.wait_for_url("**/compare/**")
    axe(page)
    assert "leg" in page.inner_text("del")
    assert "back" in page.inner_text("ins")

    page.go_back()
    page.get_by_role("link", name="Bring back save 1").click()
    axe(page)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    page.click("[type=submit].default")
    assert "Save 1 is back." in page.inner_text(".messagelist")
    condition.refresh_from_db()
    assert condition.overview == "<p>Pain in the leg.</p>"
