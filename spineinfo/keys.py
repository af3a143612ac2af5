"""What a first start needs and nobody has set: secrets, keysets and host names, made once and kept.

Runs before the settings, which refuse to start without them.
"""

import fcntl
import os
import secrets
import tempfile
from contextlib import contextmanager
from pathlib import Path

from tink import aead, json_proto_keyset_format, mac, new_keyset_handle, prf, secret_key_access

BASE_DIR = Path(__file__).resolve().parent.parent


def data_folder():
    """The one folder the site writes to."""
    return Path(os.environ.get("SPINEINFO_DATA") or BASE_DIR / "var").resolve()


def make_missing(folder, environment):
    """Add to `folder`/spineinfo.env what neither it nor `environment` sets; return the names of what was added.

    A keyset that is named but gone is not made anew: what it sealed would be lost without a word.
    """
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    file = folder / "spineinfo.env"
    with _alone_in(folder):
        text = file.read_text(encoding="utf-8") if file.exists() else ""
        known = {line.partition("=")[0].removeprefix("export ") for line in text.splitlines()} | set(environment)
        added = {name: make(folder) for name, make in MAKERS.items() if name not in known}
        if added:
            text = text if not text or text.endswith("\n") else f"{text}\n"
            _write(file, text + "".join(f"{name}={value}\n" for name, value in added.items()))
    return list(added)


def _secret_key(folder):
    return secrets.token_urlsafe(48)


def _loopback(folder):
    return "127.0.0.1,localhost"


def _intake_keyset(folder):
    """Seals the data keys of requests."""
    aead.register()
    return _keyset(folder / "intake.keyset", aead.aead_key_templates.AES256_GCM)


def _hash_keyset(folder):
    """Hashes what is looked up without being shown."""
    prf.register()
    return _keyset(folder / "hash.keyset", prf.prf_key_templates.HMAC_SHA256)


def _record_keyset(folder):
    """Ties each row of the record to the one before it."""
    mac.register()
    return _keyset(folder / "record.keyset", mac.mac_key_templates.HMAC_SHA256_256BITTAG)


def _factor_keyset(folder):
    """Seals the secrets that second factors share with the site."""
    aead.register()
    return _keyset(folder / "factor.keyset", aead.aead_key_templates.AES256_GCM)


MAKERS = {
    "SECRET_KEY": _secret_key,
    "ALLOWED_HOSTS": _loopback,
    "INTAKE_KEYSET": _intake_keyset,
    "HASH_KEYSET": _hash_keyset,
    "RECORD_KEYSET": _record_keyset,
    "FACTOR_KEYSET": _factor_keyset,
}


def _keyset(file, template):
    if not file.exists():
        handle = new_keyset_handle(template)
        _write(file, json_proto_keyset_format.serialize(handle, secret_key_access.TOKEN))
    return file.name


def _write(file, text):
    """Put `text` into `file`, all or nothing, for its owner's eyes alone whatever the umask."""
    handle, name = tempfile.mkstemp(prefix=f".{file.name}-", dir=file.parent)
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as draft:
            os.fchmod(draft.fileno(), 0o600)
            draft.write(text)
            draft.flush()
            os.fsync(draft.fileno())
        Path(name).replace(file)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


@contextmanager
def _alone_in(folder):
    handle = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)
