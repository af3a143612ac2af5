"""The glossary, for machines."""

from django.urls import reverse
from django.utils.translation import gettext as _

from publishing.structured import absolute, thing


def glossary(terms):
    address = absolute(reverse("glossary:glossary"))
    defined = [
        thing(
            "DefinedTerm",
            name=term.title,
            url=f"{address}#{term.slug}",
            description=term.words["meaning"],
            alternateName=term.words["variants"],
        )
        for term in terms
    ]
    return {
        "@context": "https://schema.org",
        **thing("DefinedTermSet", name=_("Glossary"), url=address, hasDefinedTerm=defined),
    }
