"""clamd as a process of its own, which knows one virus: the test file of EICAR."""

import os
import shutil
import subprocess
import tempfile
from contextlib import contextmanager
from pathlib import Path

from tests.intake.checking.odd_files import EICAR
from tests.serving import until

LIMIT = 2 * 1000 * 1000  # bytes of a stream


@contextmanager
def running(*lines):
    """Gives the address of a clamd, which heeds these `lines` of settings too.

    Its folder's path is short, as the name of a socket has to be.
    """
    folder = Path(tempfile.mkdtemp(prefix="clamd-"))
    (folder / "signatures").mkdir()
    (folder / "signatures" / "test.ndb").write_text(f"Eicar-Test-Signature:0:*:{EICAR.hex()}\n")
    settings = folder / "clamd.conf"
    settings.write_text(
        f"Foreground yes\nDatabaseDirectory {folder}/signatures\nLocalSocket {folder}/socket\n"
        f"TemporaryDirectory {folder}\nStreamMaxLength {LIMIT}\n" + "\n".join(lines or ["AlertExceedsMax yes"]) + "\n"
    )
    process = subprocess.Popen(
        [shutil.which("clamd"), "--config-file", str(settings)],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        env={"PATH": os.environ["PATH"]},
    )
    try:
        until((folder / "socket").exists, "clamd")
        yield f"unix://{folder}/socket"
    finally:
        process.kill()
        process.wait()
        shutil.rmtree(folder)
