"""Information pages, for machines."""

from django.utils.translation import get_language

from publishing.structured import day, named


def information(page):
    return {
        "@context": "https://schema.org",
        **named(
            "WebPage",
            page,
            description=page.summary,
            inLanguage=page.words["language"] or get_language(),
            dateModified=day(page.live_from),
        ),
    }
