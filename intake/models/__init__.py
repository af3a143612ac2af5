from .desk import DeskSettings, Holiday, Retention
from .erasure import Erasure
from .event import Event
from .file import File, Segment
from .lookup import Lookup
from .notice import Notice
from .request import Draft, Request
from .status import Inquiry, Message
from .tally import Tally
from .template import Template, Wording

__all__ = [
    "DeskSettings",
    "Draft",
    "Erasure",
    "Event",
    "File",
    "Holiday",
    "Inquiry",
    "Lookup",
    "Message",
    "Notice",
    "Request",
    "Retention",
    "Segment",
    "Tally",
    "Template",
    "Wording",
]
