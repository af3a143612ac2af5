"""An article, for machines."""

from publishing.structured import absolute, day, named, thing

from .models import Article

ABOUT = {"condition": "MedicalCondition", "treatment": "MedicalTherapy", "physician": "Physician"}


def article(shown):
    kind = "NewsArticle" if shown.words["kind_of"] == Article.Kind.NEWS else "Article"
    return {
        "@context": "https://schema.org",
        **thing(
            kind,
            headline=shown.title,
            url=absolute(shown.url),
            description=shown.summary,
            datePublished=shown.words["dated_on"],
            dateModified=day(shown.live_from),
            about=[named(ABOUT[entry.role], entry) for entry in shown.mentions if entry.role in ABOUT],
        ),
    }
