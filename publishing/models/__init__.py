"""Working rows are the draft; editions are what patients read."""

from .edition import Edition, EditionFile, EditionQuerySet, Mention, words_in_shape
from .external_link import ExternalLink
from .old_address import OldAddress
from .page import ADDRESS_TAKEN, Address, AddressQuerySet, MentionDraft, Page, address_of
from .preview_link import PreviewLink
from .review import Review, ReviewRequest
from .revision import Revision
from .row import Row, once

__all__ = [
    "ADDRESS_TAKEN",
    "Address",
    "AddressQuerySet",
    "Edition",
    "EditionFile",
    "EditionQuerySet",
    "ExternalLink",
    "Mention",
    "MentionDraft",
    "OldAddress",
    "Page",
    "PreviewLink",
    "Review",
    "ReviewRequest",
    "Revision",
    "Row",
    "address_of",
    "once",
    "words_in_shape",
]
