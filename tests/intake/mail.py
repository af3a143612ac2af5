"""A mail server on loopback that can go away, refuse and come back; and housekeeping's rest cut short."""

from datetime import timedelta
from email import message_from_bytes, policy

from aiosmtpd.controller import Controller

from housekeeping.loop import Loop
from housekeeping.models import Lease
from intake.models import Notice
from tests.serving import free_port


class MailServer:
    """`mails` holds (recipients, message, bytes); `refusal` is what it answers to any recipient instead of yes."""

    def __init__(self):
        self.port = free_port()
        self.mails = []
        self.refusal = ""
        self.at_mail = lambda: None
        self.controller = None

    async def handle_RCPT(self, server, session, envelope, address, options):
        if self.refusal:
            return self.refusal
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        message = message_from_bytes(envelope.content, policy=policy.default)
        self.mails.append((envelope.rcpt_tos, message, envelope.content))
        self.at_mail()
        return "250 OK"

    def start(self):
        self.controller = Controller(self, hostname="127.0.0.1", port=self.port)
        self.controller.start()

    def stop(self):
        if self.controller:
            self.controller.stop()
        self.controller = None

    def to(self, address):
        return [message for recipients, message, _bytes in self.mails if recipients == [address]]


def let_time_pass():
    """Let housekeeping's rest after a failure be over, and the desk's minute between two mails."""
    Lease.objects.update(due_at=None)
    for notice in Notice.objects.exclude(sent_at=None):
        Notice.objects.filter(pk=notice.pk).update(sent_at=notice.sent_at - timedelta(minutes=2))


def send_due():
    let_time_pass()
    Loop().round()


def long_ago(days):
    """Let all notices have waited for so many days."""
    for notice in Notice.objects.all():
        Notice.objects.filter(pk=notice.pk).update(
            made_at=notice.made_at - timedelta(days=days), tried_until=notice.tried_until - timedelta(days=days)
        )
