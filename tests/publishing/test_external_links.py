"""Links to other sites, looked at by housekeeping and told by the gate."""

import datetime
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from django.utils import timezone

from housekeeping import duties
from publishing import actions, external_links, gate
from publishing.checking import overview
from publishing.external_links import Trouble, links_in, look_at_some, public_address, trouble_with
from publishing.models import ExternalLink
from tests import make

pytestmark = pytest.mark.django_db


class Elsewhere:
    """A site of somebody else: what it answers by path, and what it was asked."""

    def __init__(self):
        self.answers, self.asked = {}, []
        self.held = threading.Event()
        site = self

        class Handler(BaseHTTPRequestHandler):
            def do_HEAD(self):
                site.asked.append((self.command, self.path, self.headers["User-Agent"]))
                answer = site.answers.get(self.path, 200)
                if answer == "hang":
                    site.held.wait(20)
                    return
                if answer == "no head":
                    answer = 405 if self.command == "HEAD" else 200
                status, location = answer if isinstance(answer, tuple) else (answer, None)
                self.send_response(status)
                if location:
                    self.send_header("Location", location)
                self.end_headers()
                if self.command == "GET":
                    self.wfile.write(b"x" * 100)

            do_GET = do_HEAD

            def log_message(self, *args):
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.port = self.server.server_address[1]
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def url(self, path="/", host="other.example"):
        return f"http://{host}:{self.port}{path}"


@pytest.fixture
def elsewhere(monkeypatch, settings):
    """Hosts that end in .example are on this machine; any other is looked up as ever."""
    settings.CHECK_LINKS = True
    site = Elsewhere()

    def address(host, port):
        return "127.0.0.1" if host.endswith(".example") else public_address(host, port)

    monkeypatch.setattr(external_links, "public_address", address)
    yield site
    site.held.set()
    site.server.shutdown()
    site.server.server_close()


def page_with(*urls):
    links = "".join(f'<p><a href="{url}">A page elsewhere</a></p>' for url in urls)
    return make.published(make.condition("Sciatica", overview=links))


def found_in(page):
    return [finding for finding in gate.findings(page.concrete) if finding.rule == "external_link"]


@pytest.mark.parametrize(
    ("answer", "trouble"),
    [
        (200, ""),
        (204, ""),
        ("no head", ""),
        (401, ""),
        (403, ""),
        (429, ""),
        (404, "answers 404"),
        (410, "answers 410"),
        (500, "answers 500"),
        ((301, "/fine"), ""),
        ((302, "/page"), "leads from one address to the next without end"),
        ((302, "http://127.0.0.1/"), "leads to a place that is not public"),
        ((302, "http://[::ffff:10.0.0.1]/"), "leads to a place that is not public"),
        ((302, "ftp://other.example/"), "leads to something that is no page"),
        ((302, "http://[/"), "is no address"),
    ],
)
def test_what_comes_of_a_look(elsewhere, answer, trouble):
    elsewhere.answers["/page"] = answer

    assert trouble_with(elsewhere.url("/page")) == trouble


def test_a_host_that_hangs_is_left_after_a_while(elsewhere, monkeypatch):
    monkeypatch.setattr(external_links, "PATIENCE", 0.2)
    elsewhere.answers["/"] = "hang"

    assert trouble_with(elsewhere.url()) == "does not answer"


def test_a_host_without_a_good_certificate_is_in_trouble(elsewhere):
    assert trouble_with(f"https://other.example:{elsewhere.port}/") == "has a certificate that browsers would refuse"


def test_nobody_is_there(elsewhere):
    elsewhere.server.shutdown()
    elsewhere.server.server_close()

    assert trouble_with(elsewhere.url()) == "can’t be reached"


WITHIN = ["127.0.0.1", "10.1.2.3", "192.168.1.1", "169.254.169.254", "::1", "fe80::1", "fd00::1"]


@pytest.mark.parametrize("host", WITHIN)
def test_no_place_within_the_hospital_is_reached(host):
    with pytest.raises(Trouble, match="not public"):
        public_address(host, 80)


def test_a_place_of_the_public_network_is(db):
    assert public_address("93.184.215.14", 443) == "93.184.215.14"


def test_a_link_is_dead_when_it_fails_on_two_days_and_the_gate_says_so(elsewhere, time_machine):
    start = timezone.now()
    time_machine.move_to(start, tick=False)
    page = page_with(elsewhere.url("/gone"))
    elsewhere.answers["/gone"] = 404

    look_at_some()
    first = found_in(page)
    time_machine.move_to(start + datetime.timedelta(days=1, hours=1), tick=False)
    look_at_some()
    second = found_in(page)
    faulty = [finding.rule for one in overview().faulty for finding in one.found]
    elsewhere.answers["/gone"] = 200
    time_machine.move_to(start + datetime.timedelta(days=2, hours=2), tick=False)
    look_at_some()

    assert first == []
    (finding,) = second
    assert finding.text.startswith(f"The link to {elsewhere.url('/gone')} seems dead since")
    assert (finding.level, finding.place) == ("warning", "overview")
    assert "external_link" in faulty
    assert found_in(page) == []
    assert "external_link" not in [finding.rule for one in overview().faulty for finding in one.found]


def test_it_is_polite(elsewhere, time_machine):
    start = timezone.now()
    time_machine.move_to(start, tick=False)
    page_with(elsewhere.url("/a"), elsewhere.url("/b"), elsewhere.url("/c", host="third.example"))

    rounds = []
    for days in (0, 0, 0, 6, 8):
        time_machine.move_to(start + datetime.timedelta(days=days), tick=False)
        elsewhere.asked.clear()
        look_at_some()
        rounds.append(sorted(path for _method, path, _agent in elsewhere.asked))

    assert rounds == [["/a", "/c"], ["/b"], [], [], ["/a", "/c"]]
    assert {method for method, _path, _agent in elsewhere.asked} == {"HEAD"}
    assert all(agent.startswith("SpineInfo link check (http") for _method, _path, agent in elsewhere.asked)


def test_links_of_pages_live_and_planned_are_looked_at_and_others_forgotten(elsewhere):
    page = page_with("https://one.example/x?a=1&amp;b=2")
    later = make.condition("Later", overview='<p><a href="https://two.example/">Two</a></p>')
    actions.publish(later, by=None, change="Text.", at=make.moment_ahead())
    make.condition("Draft", overview='<p><a href="https://three.example/">Three</a></p>')
    source = make.source(url="https://four.example/book")
    page.source_rows.create(source=source)
    actions.publish(page.concrete, by=None, change="A source.")

    external_links.gather()
    before = sorted(ExternalLink.objects.values_list("url", flat=True))
    actions.withdraw(page, by=None, change="Gone.")
    external_links.gather()

    assert before == ["https://four.example/book", "https://one.example/x?a=1&b=2", "https://two.example/"]
    assert [link.url for link in ExternalLink.objects.all()] == ["https://two.example/"]


def test_links_within_the_site_and_words_that_look_like_one_are_left_out(settings):
    words = {
        "a": f'<a href="{settings.SITE_URL}/x/">x</a> https://[bad https://{"x" * 1_100}',
        "b": ["https://a.example/)."],
    }

    assert links_in(words) == ["https://a.example/"]


def test_a_site_that_may_not_reach_the_network_asks_nobody(elsewhere, settings):
    settings.CHECK_LINKS = False
    page_with(elsewhere.url())

    duties.registered["external_links"].act()

    assert elsewhere.asked == []
    assert not ExternalLink.objects.exists()
