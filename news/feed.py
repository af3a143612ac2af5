"""The articles for programs that follow them."""

import re
from datetime import date, datetime, time
from urllib.parse import urlsplit

from django.conf import settings
from django.urls import reverse
from django.utils.feedgenerator import Atom1Feed
from django.utils.html import escape
from django.utils.text import Truncator
from django.utils.timezone import make_aware
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from publishing.richtext import plain

# What no XML document can hold, escaped or not (XML 1.0, production 2).
NOT_IN_XML = re.compile(r"[^\t\n\r\x20-\uD7FF\uE000-\uFFFD\U00010000-\U0010FFFF]")


def atom(articles):
    """The bytes of an Atom feed of `articles`, pages as shown; an entry keeps its id when its address changes."""
    host = urlsplit(settings.SITE_URL).hostname
    feed = Atom1Feed(
        title=_("News"),
        link=f"{settings.SITE_URL}{reverse('news:article_list')}",
        description=None,
        feed_url=f"{settings.SITE_URL}{reverse('news:feed')}",
        author_name=host,
        language=get_language(),
    )
    for article in articles:
        feed.add_item(
            title=_text(article.title),
            link=f"{settings.SITE_URL}{article.url}",
            # Readers take it for HTML.
            description=escape(_text(article.summary or Truncator(plain(article.words["body"])).words(50))),
            unique_id=f"tag:{host},2026:article-{article.page_id}",
            pubdate=_day(article.words["dated_on"]),
            updateddate=article.live_from,
        )
    return feed.writeString("utf-8")


def _day(dated_on):
    """Noon where the site is, which is the same day in most places of the world."""
    return make_aware(datetime.combine(date.fromisoformat(dated_on), time(12)))


def _text(text):
    return NOT_IN_XML.sub("", text)
