"""Links to other sites, looked at by housekeeping and told by the gate."""

import datetime
import ssl
import subprocess
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from django.utils import timezone

from housekeeping import duties
from publishing import actions, external_links, gate, visiting
from publishing.checking import overview
from publishing.external_links import links_in, look_at_some
from publishing.models import ExternalLink
from publishing.visiting import Silence, Trouble, is_public, public_address, visit
from tests import make

pytestmark = pytest.mark.django_db


class Elsewhere:
    """A site of somebody else: what it answers by path, and what it was asked."""

    def __init__(self):
        self.answers, self.asked = {}, []
        self.held, self.is_left = threading.Event(), threading.Event()
        site = self

        class Handler(BaseHTTPRequestHandler):
            def do_HEAD(self):
                site.asked.append((self.command, self.path, self.headers["User-Agent"]))
                answer = site.answers.get(self.path, 200)
                if isinstance(answer, bytes):
                    self.repeat(answer)
                    return
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

            def repeat(self, words):
                try:
                    while not site.held.is_set():
                        self.wfile.write(words)
                except OSError:
                    site.is_left.set()

            do_GET = do_HEAD

            def log_message(self, *args):
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.port = self.server.server_address[1]
        threading.Thread(target=self.server.serve_forever, args=[0.01], daemon=True).start()

    def url(self, path="/", host="other.example"):
        return f"http://{host}:{self.port}{path}"


@pytest.fixture
def elsewhere(monkeypatch, settings):
    """Hosts that end in .example are on this machine; any other is looked up as ever."""
    settings.CHECK_LINKS = True
    site = Elsewhere()

    def address(host, port):
        return "127.0.0.1" if host.endswith(".example") else public_address(host, port)

    monkeypatch.setattr(visiting, "public_address", address)
    monkeypatch.setattr(visiting, "PAUSE", 0)
    yield site
    site.held.set()
    site.server.shutdown()
    site.server.server_close()


@pytest.fixture(scope="module")
def certificates(tmp_path_factory):
    """Certificates with their keys: "own" is signed by itself; the signer of "chain" is not sent along."""
    folder = tmp_path_factory.mktemp("certificates")

    def run(*words):
        subprocess.run(["openssl", *words], cwd=folder, check=True, capture_output=True)

    own = ["-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-addext", "subjectAltName=DNS:other.example"]
    run("req", *own, "-subj", "/CN=other.example", "-keyout", "own.key", "-out", "own.pem")
    run("req", *own, "-subj", "/CN=An authority", "-keyout", "authority.key", "-out", "authority.pem")
    run(
        "req",
        "-new",
        "-newkey",
        "rsa:2048",
        "-nodes",
        "-subj",
        "/CN=other.example",
        "-keyout",
        "chain.key",
        "-out",
        "asked",
    )
    by = ["-CA", "authority.pem", "-CAkey", "authority.key", "-CAcreateserial", "-days", "2"]
    run("x509", "-req", "-in", "asked", *by, "-out", "chain.pem")
    return folder


def secure(site, certificates, name):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificates / f"{name}.pem", certificates / f"{name}.key")
    site.server.socket = context.wrap_socket(site.server.socket, server_side=True, do_handshake_on_connect=False)
    return f"https://other.example:{site.port}/"


def trouble_with(url):
    try:
        visit(url)
    except Trouble as trouble:
        return str(trouble)
    return ""


def page_with(*urls):
    links = "".join(f'<p><a href="{url}">A page elsewhere</a></p>' for url in urls)
    return make.published(make.condition("Sciatica", overview=links))


def found_in(page):
    return [finding for finding in gate.findings(page.concrete) if finding.rule == "external_link"]


@pytest.mark.once
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
        ((302, "http://other.example:99999/"), "is no address"),
        ((302, "http://" + "x" * 70 + ".test/"), "is no address"),
        ((302, "http://no..dots/"), "is no address"),
        ((302, "//169.254.169.254/latest/"), "leads to a place that is not public"),
        ((302, "http://localhost/"), "leads to a place that is not public"),
        ((302, "http://127.1/"), "leads to a place that is not public"),
        ((302, "http://0x7f000001/"), "leads to a place that is not public"),
        (b"HTTP/1.0 200 OK\r\n\r\n" + b"x" * 1_000_000, ""),
        (b"HTTP/1.0 200 OK\r\nA: " + b"x" * 100_000, "can’t be reached"),
        (b"nonsense\r\n", "can’t be reached"),
    ],
)
def test_what_comes_of_a_look(elsewhere, answer, trouble):
    elsewhere.answers["/page"] = answer

    assert trouble_with(elsewhere.url("/page")) == trouble


@pytest.mark.once
def test_a_host_that_hangs_is_left_after_a_while(elsewhere, monkeypatch):
    monkeypatch.setattr(visiting, "PATIENCE", 0.2)
    elsewhere.answers["/"] = "hang"

    assert trouble_with(elsewhere.url()) == "does not answer"


@pytest.mark.once
def test_a_host_that_talks_on_and_never_answers_is_left_after_a_while(elsewhere, monkeypatch):
    monkeypatch.setattr(visiting, "PATIENCE_IN_ALL", 1)
    elsewhere.answers["/"] = b"HTTP/1.1 100 Continue\r\n\r\n"

    assert trouble_with(elsewhere.url()) == "does not answer"
    assert not elsewhere.asked or elsewhere.is_left.wait(120)  # on a busy machine time is up before it is asked


@pytest.mark.once
def test_a_certificate_that_nobody_vouches_for_is_trouble(elsewhere, certificates):
    url = secure(elsewhere, certificates, "own")

    assert trouble_with(url) == "has a certificate that browsers would refuse"


@pytest.mark.once
def test_a_certificate_whose_signer_the_site_forgot_to_send_is_none(elsewhere, certificates):
    url = secure(elsewhere, certificates, "chain")

    assert trouble_with(url) == ""


@pytest.mark.once
def test_a_host_that_speaks_no_tls_is_in_trouble(elsewhere):
    assert trouble_with(f"https://other.example:{elsewhere.port}/") == "makes no safe connection"


@pytest.mark.once
def test_an_address_is_asked_for_as_it_is_written(elsewhere):
    for path in ("/wiki/Disc_(spine)", "/%C3%A9?a=b%20c&d='", "/é", "?q=1", "/x#part"):
        visit(elsewhere.url(path))

    asked = [path for _method, path, _agent in elsewhere.asked]
    assert asked == ["/wiki/Disc_(spine)", "/%C3%A9?a=b%20c&d='", "/%C3%A9", "/?q=1", "/x"]


@pytest.mark.once
def test_a_host_is_given_a_rest_between_two_questions(elsewhere, monkeypatch):
    pauses = []
    monkeypatch.setattr(visiting, "PAUSE", 1_000)
    monkeypatch.setattr(visiting.time, "sleep", pauses.append)
    elsewhere.answers["/"] = "no head"

    visit(elsewhere.url("/", host="tired.example"))

    (pause,) = pauses
    assert 0 < pause <= 1_000


@pytest.mark.once
def test_nobody_is_there(elsewhere):
    elsewhere.server.shutdown()
    elsewhere.server.server_close()

    assert trouble_with(elsewhere.url()) == "can’t be reached"


WITHIN = [
    "127.0.0.1", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1", "0.0.0.0",  # noqa: S104
    "224.0.0.1", "239.1.1.1", "255.255.255.255", "::1", "::", "fe80::1", "fd00::1", "fec0::1", "ff02::1",
    "ff0e::1", "::10.0.0.1", "::ffff:10.0.0.1", "64:ff9b::10.0.0.1", "64:ff9b:1::1", "2002:a00:1::",
    "2001:db8::1",
]  # fmt: skip


@pytest.mark.once
@pytest.mark.parametrize("host", WITHIN)
def test_no_place_within_the_hospital_is_reached(host):
    with pytest.raises(Trouble, match="not public"):
        public_address(host, 80)


@pytest.mark.once
@pytest.mark.parametrize("address", ["93.184.215.14", "2606:2800:21f::1", "64:ff9b::5db8:d70e", "::ffff:93.184.215.14"])
def test_a_place_of_the_public_network_is(address):
    assert is_public(address)


@pytest.mark.once
def test_the_connection_goes_to_the_address_that_was_looked_at(monkeypatch):
    """A name may be told to lead elsewhere a moment later."""
    told = iter(["93.184.215.14", "127.0.0.1"])
    reached = []

    def connect(place, timeout):
        reached.append(place)
        raise OSError

    monkeypatch.setattr(visiting, "PAUSE", 0)
    monkeypatch.setattr(visiting.socket, "getaddrinfo", lambda *args, **more: [(2, 1, 6, "", (next(told), 80))])
    monkeypatch.setattr(visiting.socket, "create_connection", connect)

    with pytest.raises(Silence):
        visit("http://changes.example/")

    assert reached == [("93.184.215.14", 80)]


@pytest.mark.once
def test_a_silent_site_counts_only_where_another_answers(elsewhere, monkeypatch):
    quiet, other = "http://quiet.test/", elsewhere.url("/", host="other.example")

    def address(host, port):
        if host in up:
            return "127.0.0.1"
        raise Silence("has no such host")

    monkeypatch.setattr(visiting, "public_address", address)
    page_with(quiet, other)

    up = []
    look_at_some()
    kept_while_down = ExternalLink.objects.exclude(checked_at=None).count()
    up = ["other.example"]
    look_at_some()

    assert kept_while_down == 0
    assert ExternalLink.objects.get(url=quiet).trouble == "has no such host"
    assert ExternalLink.objects.get(url=other).trouble == ""


@pytest.mark.once
def test_a_silence_without_a_witness_is_told_after_two_weeks_in_words_that_leave_it_open(
    elsewhere, monkeypatch, time_machine
):
    def silent(host, port):
        raise Silence("has no such host")

    monkeypatch.setattr(visiting, "public_address", silent)
    page = page_with("http://lone.test/")
    start = timezone.now()

    def told(days):
        time_machine.move_to(start + datetime.timedelta(days=days), tick=False)
        look_at_some()
        return "http://lone.test/" in str(found_in(page))

    assert [told(days) for days in (0, 1, 13, 14, 15.1)] == [False, False, False, False, True]
    assert "it may be the network here" in ExternalLink.objects.get().trouble
    monkeypatch.setattr(visiting, "public_address", lambda host, port: "127.0.0.1")
    monkeypatch.setattr(external_links, "visit", lambda url: None)
    assert not told(16.2)
    assert ExternalLink.objects.get().silent_since is None


@pytest.mark.once
def test_a_site_that_was_fine_before_is_asked_whether_the_network_is(elsewhere, monkeypatch):
    fine = elsewhere.url()
    page_with(fine)
    look_at_some()
    make.published(make.condition("Quiet", overview='<p><a href="http://quiet.test/">Quiet</a></p>'))
    known = visiting.public_address

    def address(host, port):
        if host == "quiet.test":
            raise Silence("has no such host")
        return known(host, port)

    monkeypatch.setattr(visiting, "public_address", address)
    elsewhere.asked.clear()
    look_at_some()

    assert ExternalLink.objects.get(url="http://quiet.test/").trouble == "has no such host"
    assert [path for _method, path, _agent in elsewhere.asked] == ["/"]


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


@pytest.mark.once
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

    assert [len(paths) for paths in rounds] == [2, 1, 0, 0, 2]
    assert sorted(rounds[0] + rounds[1]) == ["/a", "/b", "/c"]
    assert rounds[1] != ["/c"]  # /a and /b are of one host
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


@pytest.mark.once
def test_links_within_the_site_and_words_that_look_like_one_are_left_out(settings):
    long = "x" * 1_100
    words = {
        "a": f'<a href="{settings.SITE_URL}/x/">x</a> <a href="https://[bad">x</a> <a href="https://x.example/{long}">x</a>',
        "b": [{"url": "https://a.example/"}, "https://said.example/ in a note", "mailto:a@a.example", None, 3],
    }

    assert links_in(words) == ["https://a.example/"]


@pytest.mark.once
def test_a_link_is_taken_whole():
    wiki, query = "https://en.example/Parkinson's_(spine)", "https://b.example/?a=1&copy=2"

    assert links_in(
        {"a": f'<p><a title="T" href="{wiki}">x</a> <a href="{query.replace("&", "&amp;")}">y</a></p>'}
    ) == [
        wiki,
        query,
    ]
    assert links_in({"url": query}) == [query]


@pytest.mark.once
def test_a_site_that_may_not_reach_the_network_asks_nobody(elsewhere, settings):
    settings.CHECK_LINKS = False
    page_with(elsewhere.url())
    ExternalLink.objects.create(url=elsewhere.url())

    duties.registered["external_links"].act()

    assert elsewhere.asked == []
    assert not ExternalLink.objects.exists()


@pytest.mark.once
def test_links_in_fields_of_their_own_are_looked_at(elsewhere):
    physician = make.physician()
    physician.publications_url = "https://papers.example/by?name=O'Neil"
    physician.save()
    make.published(physician)
    article = make.article(link="https://journal.example/story_(spine)")
    make.published(article)

    external_links.gather()

    found = sorted(ExternalLink.objects.values_list("url", flat=True))
    assert found == ["https://journal.example/story_(spine)", "https://papers.example/by?name=O'Neil"]
