from .desk import DeskSettings, Holiday
from .notice import Notice
from .request import Draft, Request
from .status import Inquiry, Message

__all__ = ["DeskSettings", "Draft", "Holiday", "Inquiry", "Message", "Notice", "Request"]
