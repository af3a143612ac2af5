"""Chromium before the site as it is served: collected files, strict policy, a database that threads share.

A test takes `page` (1280 px, light), or `new_page` for other sizes and colours, and opens `site_url`. Every page is
watched: a console error, a script's error or a request to another host fails the test. A test that means to see
one empties `troubles`. Data goes in by `tests.make`, as anywhere else.
"""

import fcntl
import os
import re
import shutil
import threading
from pathlib import Path
from zlib import crc32

import pytest
from django.conf import settings as site
from django.core.management import call_command
from django.core.servers.basehttp import ThreadedWSGIServer
from django.core.wsgi import get_wsgi_application
from django.test import Client, override_settings
from django.test.testcases import QuietWSGIRequestHandler

from tests import make
from tests.browser.crawling import crawl
from tests.conftest import THOROUGH, require
from tests.serving import Served

AS_SERVED = {
    "STORAGES": {**site.STORAGES, "staticfiles": {"BACKEND": "spineinfo.storage.StaticFilesStorage"}},
    "STATIC_ROOT": site.DATA / "static",
}
PROGRAMS = ("chromium-headless-shell", "chromium", "chromium-browser")  # the first opens a page three times as fast
QUIET = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
# What axe-core has to say of what is right is many times longer, and slow to bring over.
FAULTS_BY_AXE = """([context, options]) => {
    for (const change of document.getAnimations()) if (change instanceof CSSTransition) change.finish();
    return axe.run(context || document, {...options, resultTypes: ["violations"]}).then(found => found.violations);
}"""
VIEWS = {
    "desk": {"width": 1280, "color_scheme": "light"},
    "phone": {"width": 390, "color_scheme": "dark"},
}
BY_COLOR = ["color-contrast", "link-in-text-block"]  # the rules of axe-core that look at colors


def pytest_collection_modifyitems(items):
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="session")
def chromium():
    from playwright.sync_api import sync_playwright

    program = os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, PROGRAMS)), None)
    require(program, "Chromium")
    # Playwright keeps an event loop in this thread, where Django would then refuse every query.
    before = os.environ.get("DJANGO_ALLOW_ASYNC_UNSAFE")
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=list(QUIET))
        yield browser
        browser.close()
    if before is None:
        del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]
    else:
        os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = before


@pytest.fixture(scope="session")
def collected():
    """The static files as a start collects them, once for all workers of a run."""
    with (site.DATA / "collecting").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (AS_SERVED["STATIC_ROOT"] / "staticfiles.json").exists():
            with override_settings(**AS_SERVED):
                call_command("collectstatic", interactive=False, verbosity=0)


@pytest.fixture(scope="session")
def _server(collected):
    with override_settings(**AS_SERVED):
        application = get_wsgi_application()
    server = ThreadedWSGIServer(("localhost", 0), QuietWSGIRequestHandler)
    server.set_app(application)
    thread = threading.Thread(target=server.serve_forever, args=[0.05], daemon=True)
    thread.start()
    yield f"http://localhost:{server.server_port}"
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture
def site_url(_server, transactional_db, settings):
    """Where the site answers in this test, without a slash at the end."""
    for name, value in AS_SERVED.items():
        setattr(settings, name, value)
    settings.SITE_URL = _server
    return _server


@pytest.fixture(scope="session")
def department_url(made_site):
    """Where the whole sample department answers, as a first start leaves it; a module's `site_url` may be this one."""
    served = Served(made_site)
    yield served.url
    served.stop()


@pytest.fixture(scope="session")
def crawled(department_url):
    """What links from the first page of the whole sample department lead to, by path."""
    found = crawl(f"{department_url}/")
    return {address.removeprefix(department_url): answer for address, answer in found.items()}


@pytest.fixture
def troubles():
    """What went wrong on the pages so far, a line each; whatever is in it at the end fails the test."""
    seen = []
    yield seen
    assert not seen, "the browser complained:\n  " + "\n  ".join(seen)


@pytest.fixture
def new_page(chromium, site_url, troubles):
    """A function that opens a watched page; it takes `width`, `height` and Playwright's options for a context."""
    contexts = []

    def open_page(width=1280, height=900, **options):
        context = chromium.new_context(viewport={"width": width, "height": height}, base_url=site_url, **options)
        context.set_default_timeout(10_000)
        context.on("console", lambda message: message.type == "error" and troubles.append(_console(message)))
        context.on("weberror", lambda error: troubles.append(f"script error: {error.error}"))
        context.on("request", lambda request: _is_foreign(request.url, site_url) and troubles.append(_foreign(request)))
        contexts.append(context)
        return context.new_page()

    yield open_page
    for context in contexts:
        context.close()


def _console(message):
    return f"console: {message.text} ({message.location.get('url', '')})"


def _foreign(request):
    return f"foreign request: {request.url}"


def _is_foreign(url, site_url):
    return not url.startswith((f"{site_url}/", "data:", "blob:", "about:"))


@pytest.fixture
def page(new_page):
    """A watched page of 1280 px, light."""
    return new_page()


def pytest_generate_tests(metafunc):
    """A test with a `view` runs in one of them, about half of all tests in each; in a thorough run in every one."""
    if "view" in metafunc.fixturenames:
        names = list(VIEWS)
        some = names if THOROUGH else [names[crc32(metafunc.function.__name__.encode()) % len(names)]]
        metafunc.parametrize("view", some, indirect=True)


@pytest.fixture
def view(request):
    """What `new_page` takes for a desk's width in light or a phone's in dark."""
    return VIEWS[request.param]


@pytest.fixture
def page_in_each_view(view, new_page):
    return new_page(**view)


@pytest.fixture
def sign_in(site_url):
    """A function that signs a page's browser in as a person, without the forms."""

    def sign_in(page, person):
        session = make.signed_in(Client(), person).session
        page.context.add_cookies(
            [{"name": site.SESSION_COOKIE_NAME, "value": session.session_key, "url": site_url, "httpOnly": True}]
        )
        return page

    return sign_in


# What a sheet of ours imports from beside itself, axe-core asks for beside the page.
BESIDE_THE_PAGE = re.compile(r"//[^/]+/(?!static/).*\.css$")


@pytest.fixture
def axe(request, troubles):
    """A function that fails the test where axe-core finds a fault on the page as it stands, light or dark.

    A test that runs in each view has the colors of its view looked at, any other those of the `schemes` it names.
    """
    from axe_playwright_python.sync_playwright import Axe

    has_views = "view" in request.fixturenames

    def look(page, context=None, schemes=("light", "dark")):
        before = len(troubles)
        page.wait_for_load_state()
        if not page.evaluate("'axe' in window"):
            page.evaluate(Axe().axe_script)
        page.route(BESIDE_THE_PAGE, lambda route: route.fulfill(body="", content_type="text/css"))
        rules = {"target-size": {"enabled": True}} | {name: {"enabled": "light" in schemes} for name in BY_COLOR}
        faults = page.evaluate(FAULTS_BY_AXE, [context, {"rules": rules}])
        if "dark" in schemes and not has_views:
            page.emulate_media(color_scheme="dark")
            faults += page.evaluate(FAULTS_BY_AXE, [context, {"runOnly": BY_COLOR}])
            page.emulate_media(color_scheme="light")
        # On some pages axe-core measures with inline styles, which the policy refuses: that is no fault of the page.
        troubles[before:] = [trouble for trouble in troubles[before:] if "Applying inline style" not in trouble]
        lines = [
            f"{fault['id']} ({fault['impact']}): {fault['help']}\n"
            + "\n".join(
                f"    {' '.join(map(str, node['target']))}  {node['html'][:160]}\n    {node['failureSummary']}"
                for node in fault["nodes"]
            )
            for fault in faults
        ]
        assert not faults, f"axe-core on {page.url}:\n" + "\n".join(lines)

    return look
