"""Codes that people read aloud, type and write down."""

import secrets

SIGNS = "23456789ABCDEFGHJKMNPQRTUVWXY"  # no 0 or O, 1 or I or L, 5-like S or 2-like Z
GROUP = 4


def new_code(groups):
    """`groups` groups of four random signs, such as RK4P-7XMA-9QTC: 4.86 bits a sign."""
    return "-".join("".join(secrets.choice(SIGNS) for _ in range(GROUP)) for _ in range(groups))


def as_written(text):
    """The code that somebody typed, whatever its case, spaces and hyphens; whatever else stands there stays."""
    signs = "".join(sign for sign in text.upper() if sign.isalnum())
    return "-".join(signs[start : start + GROUP] for start in range(0, len(signs), GROUP))
