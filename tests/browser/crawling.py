"""Follows every link of the site from its first page, as a reader or a search engine could."""

import http.client
import re
from dataclasses import dataclass, field
from functools import cached_property
from urllib.parse import parse_qsl, quote, urldefrag, urljoin, urlsplit
from xml.etree import ElementTree

from bs4 import BeautifulSoup
from lxml import html

LINKS = ("href", "src", "srcset", "action", "data-suggestions")
MAPS = ("application/xml", "application/atom+xml")
FOR_STAFF = "/admin/"


@dataclass
class Answer:
    """What the site said to a GET of `address`, and the addresses of what led there."""

    address: str
    status: int
    headers: http.client.HTTPMessage
    body: bytes
    linked_from: set = field(default_factory=set)

    @property
    def is_page(self):
        return self.headers.get_content_type() == "text/html"

    @cached_property
    def soup(self):
        return BeautifulSoup(self.body, "lxml")

    @cached_property
    def ids(self):
        return [tag["id"] for tag in self.soup.select("[id]")]

    @cached_property
    def links(self):
        """Every address the answer names, absolute, as (address, fragment)."""
        return [urldefrag(urljoin(self.address, named.strip())) for named in self._named()]

    def _named(self):
        kind = self.headers.get_content_type()
        if "Location" in self.headers:
            yield self.headers["Location"]
        elif self.is_page:
            for named in html.document_fromstring(self.body).xpath("|".join(f"//@{name}" for name in LINKS)):
                yield from (part.split()[0] for part in named.split(",")) if named.attrname == "srcset" else [named]
        elif kind in MAPS:
            for element in ElementTree.fromstring(self.body).iter():  # noqa: S314 - our own words
                yield from filter(None, [element.get("href"), element.tag.endswith("}loc") and element.text])
        elif kind == "text/css":
            yield from re.findall(r"url\(\"?([^\")]+)", self.body.decode())


def ask(address, **headers):
    """The site's Answer to a GET of the absolute `address`; a redirect is not followed, nothing is unpacked."""
    parts = urlsplit(address)
    connection = http.client.HTTPConnection(parts.netloc, timeout=20)
    path = quote(parts._replace(scheme="", netloc="").geturl(), safe="/?&=%+~@:;,")
    connection.request("GET", path, headers=headers)
    response = connection.getresponse()
    answer = Answer(address, response.status, response.headers, response.read())
    connection.close()
    return answer


def crawl(start):
    """Every Answer of the site that links from `start` lead to, in the order of being met, by its address.

    Of filters only one is followed at a time: all of them together make thousands of pages.
    """
    host = urlsplit(start).netloc
    answers, waiting = {}, {start: set()}
    while waiting:
        address = next(iter(waiting))
        answer = answers[address] = ask(address)
        answer.linked_from |= waiting.pop(address)
        for link, _fragment in answer.links:
            parts = urlsplit(link)
            if parts.netloc != host or parts.path.startswith(FOR_STAFF) or len(parse_qsl(parts.query)) > 1:
                continue
            (answers[link].linked_from if link in answers else waiting.setdefault(link, set())).add(address)
    return answers
