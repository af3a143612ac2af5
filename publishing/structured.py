"""What a page says, for machines: JSON-LD in words of schema.org that claims nothing the page does not say."""

from django.conf import settings
from django.utils import timezone
from django.utils.translation import get_language


def thing(kind, **properties):
    """A thing of the schema.org type `kind` without its empty properties."""
    return {"@type": kind, **{name: value for name, value in properties.items() if value not in (None, "", [])}}


def named(kind, page, **properties):
    """A thing by the name and address of `page`, which has a page of its own."""
    return thing(kind, name=page.title, url=absolute(page.url), **properties)


def about(page, main):
    """The medical page `page` with `main` as what it is about."""
    return web_page("MedicalWebPage", page, mainEntity=main)


def web_page(kind, page, **properties):
    """The web page `page`, of the schema.org type `kind`."""
    return {
        "@context": "https://schema.org",
        **named(
            kind,
            page,
            description=page.summary,
            inLanguage=get_language(),
            dateModified=day(page.live_from),
            lastReviewed=day(page.medically_reviewed_at),
            reviewedBy=thing("Person", name=page.reviewed_by) if page.medically_reviewed_at else None,
            **properties,
        ),
    }


def day(at):
    """The day of the moment `at`, as pages print it; None for none."""
    return at and timezone.localdate(at).isoformat()


def absolute(path):
    return f"{settings.SITE_URL}{path}"
