"""A reset on the site as it is served: through a real mail server, and with the link in no log and no file."""

import re
import sys
import urllib.parse
import urllib.request
from email import message_from_bytes, policy

import pytest
from aiosmtpd.controller import Controller

from tests.conftest import require
from tests.serving import Served, free_port, until

ACCOUNT = """
from accounts.models import User
User.objects.create_user("mailed", "mailed@example.org", "copper lamp under snow", is_staff=True)
"""
LOOK = """
from accounts.models import User
print(User.objects.get(username="mailed").check_password("another lamp under snow"))
"""


pytestmark = pytest.mark.once


class Sink:
    def __init__(self):
        self.mails = []

    async def handle_DATA(self, server, session, envelope):
        self.mails.append((envelope.rcpt_tos, message_from_bytes(envelope.content, policy=policy.default)))
        return "250 OK"


@pytest.fixture
def sink():
    sink = Sink()
    sink.port = free_port()
    controller = Controller(sink, hostname="127.0.0.1", port=sink.port)
    controller.start()
    yield sink
    controller.stop()


def submit(browser, address, **typed):
    page = browser.open(address, timeout=30).read().decode()
    token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', page).group(1)
    body = urllib.parse.urlencode(typed | {"csrfmiddlewaretoken": token}).encode()
    request = urllib.request.Request(address, body, {"Origin": address.partition("/admin")[0]})  # noqa: S310
    return browser.open(request, timeout=30).read().decode()


def files_with(folder, words):
    return [path for path in folder.rglob("*") if path.is_file() and words.encode() in path.read_bytes()]


def test_a_link_goes_by_mail_alone(own_site, sink):
    require(sys.platform == "linux", "Linux")
    made = own_site.manage("shell", "-v0", "-c", ACCOUNT)
    assert made.returncode == 0, made.stderr
    mail = {"EMAIL_URL": f"smtp://127.0.0.1:{sink.port}", "EMAIL_FROM": "SpineInfo <spine@example.org>"}
    port = free_port()
    site = Served(own_site, **mail, SITE_URL=f"http://127.0.0.1:{port}", ALLOWED_HOSTS="127.0.0.1")
    browser = urllib.request.build_opener(urllib.request.HTTPCookieProcessor())

    try:
        asked = submit(browser, f"{site.url}/admin/forgotten-password/", who="mailed@example.org")
        until(lambda: sink.mails, "the mail")
        (recipients, letter) = sink.mails[0]
        text = letter.get_content()
        code = re.search(r"/admin/new-password/#(\S+)", text).group(1)
        browser.open(f"{site.url}/admin/new-password/#{code}", timeout=30)  # as a mail scanner does
        done = submit(browser, f"{site.url}/admin/new-password/", code=code, **dict.fromkeys(
            ("password", "again"), "another lamp under snow"
        ))  # fmt: skip
    finally:
        said = site.stop()

    assert "a mail with a link is on its way" in asked
    assert (recipients, letter["From"]) == (["mailed@example.org"], "SpineInfo <spine@example.org>")
    assert "Your new password is set." in done
    assert own_site.manage("shell", "-v0", "-c", LOOK).stdout == "True\n"
    for secret in (code, code.rpartition("-")[2], "mailed@example.org", "another lamp"):
        assert secret not in said
    assert files_with(own_site.data, code.rpartition("-")[2]) == []
