from .desk import DeskSettings, Holiday
from .file import File, Segment
from .notice import Notice
from .request import Draft, Request
from .status import Inquiry, Message

__all__ = ["DeskSettings", "Draft", "File", "Holiday", "Inquiry", "Message", "Notice", "Request", "Segment"]
