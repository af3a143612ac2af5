"""A physician's profile, for machines."""

from publishing.structured import absolute, thing

from .templatetags.physicians import with_credentials


def physician(shown):
    words = shown.words
    places = [
        thing("Place", name=place["name"], address=", ".join(place["address"]), telephone=place["phone"])
        for place in words["locations"]
    ]
    return {
        "@context": "https://schema.org",
        **thing(
            "Physician",
            name=with_credentials(shown),
            url=absolute(shown.url),
            description=shown.summary,
            knowsLanguage=words["languages"],
            isAcceptingNewPatients=words["accepts_new_patients"],
            location=places,
        ),
    }
