from datetime import timedelta

from housekeeping import loop
from housekeeping.clock import now
from housekeeping.models import Lease
from tests import make


def test_the_first_page_tells_of_housekeeping_without_fault_in_each_view(page_in_each_view, sign_in, axe):
    page = sign_in(page_in_each_view, make.user("Editor"))
    loop.beat()
    Lease.objects.create(duty="record_head", due_at=now() - timedelta(hours=2))

    page.goto("/admin/")

    assert "was due on" in page.inner_text(".housekeeping li")
    axe(page)
