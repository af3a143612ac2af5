"""What tests do with the site's mail."""

import re

from housekeeping.loop import Loop

PASSWORD = "copper lamp under snow"


def sent(mailoutbox):
    """Have housekeeping send what is due; the mails so far."""
    Loop().round()
    return mailoutbox


def code_in(mail):
    """The code of the link in a mail, which stands there twice: behind a # and by itself."""
    in_link, alone = re.findall(r"(?:#|^ {4})([ir][0-9a-z]+-[0-9a-z]+-[0-9a-f]+)$", mail.body, re.MULTILINE)
    assert in_link == alone
    return alone


def set_password(client, code, password=PASSWORD):
    return client.post("/admin/new-password/", {"code": code, "password": password, "again": password})
