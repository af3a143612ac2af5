"""Somebody who answers requests, through the pages of the admin."""

from bs4 import BeautifulSoup

from tests.forms import submitted

LIST = "/admin/intake/request/"


class Desk:
    """Works with a client that is signed in."""

    def __init__(self, client):
        self.client = client

    def url(self, request, page="change/"):
        return f"{LIST}{request.pk}/{page}"

    def soup(self, request, page="change/"):
        return BeautifulSoup(self.client.get(self.url(request, page)).content, "html.parser")

    def offered(self, request):
        """The names of the acts on the page."""
        return [part["id"].removeprefix("act-") for part in self.soup(request).select("details.request-act")]

    def act(self, request, name, **fields):
        """Fill in one form of the page and send it."""
        form = submitted(self.client.get(self.url(request)), f"act-{name}")
        return self.send(request, name, {**form, **{f"{name}-{field}": value for field, value in fields.items()}})

    def send(self, request, name, form):
        response = self.client.post(self.url(request, f"act/{name}/"), form)
        request.refresh_from_db()
        return response

    def timeline(self, request):
        """(heading, words) of each entry."""
        entries = self.soup(request).select(".request-timeline li")
        return [(entry.strong.text, getattr(entry.select_one(".request-words"), "text", "")) for entry in entries]

    def rows(self, **query):
        """The references on the list, in its order."""
        soup = BeautifulSoup(self.client.get(LIST, query).content, "html.parser")
        return [cell.get_text(strip=True) for cell in soup.select("tbody .field-reference")]


def errors(response):
    soup = BeautifulSoup(response.content, "html.parser")
    return [line.get_text(strip=True) for line in soup.select(".errorlist li")]
