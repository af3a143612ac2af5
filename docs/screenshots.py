"""Makes the pictures of docs/editors.md anew: `.venv/bin/python docs/screenshots.py`, which needs Chromium.

It fills a folder of its own with the sample department, serves it, and takes the pictures as a superuser.
"""

import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).parent.parent
PICTURES = Path(__file__).parent / "editors"
PORT = 8177
SEED = """
from django.test import Client
from accounts.models import User
from conditions.models import Condition
from publishing import reviewing
from publishing.revisions import keep
from tests import make

editor = make.user("Editor", username="eva", first_name="Eva", last_name="Editor")
root = make.user(username="ada", first_name="Ada", last_name="Example", is_superuser=True)
page = Condition.objects.get(slug="sciatica")
keep(page, by=editor)
page.overview = page.overview.replace("</p>", " Many people have it once in their life.</p>", 1)
page.save()
keep(page, by=root)
reviewing.ask_for_review(page, by=editor, note="One new sentence in the overview. Is it right?")
print("DONE", page.pk, make.signed_in(Client(), root).session.session_key)
"""
SHOTS = {
    "first-page": ("/admin/", 900),
    "form": ("/admin/conditions/condition/{page}/change/", 900),
    "review": ("/admin/conditions/condition/{page}/review/", 1100),
    "publish": ("/admin/conditions/condition/{page}/publish/", 1100),
    "history": ("/admin/conditions/condition/{page}/history/", 800),
}


def manage(environment, *arguments):
    command = [sys.executable, "manage.py", *arguments]
    return subprocess.run(command, cwd=ROOT, env=environment, check=True, capture_output=True, text=True).stdout


def main():
    from playwright.sync_api import sync_playwright

    PICTURES.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        environment = os.environ | {"SPINEINFO_DATA": folder, "DEBUG": "true"}
        manage(environment, "migrate", "-v0")
        manage(environment, "migrate", "-v0", "--database", "record")
        manage(environment, "load_sample")
        page, session = manage(environment, "shell", "-v0", "-c", SEED).split("DONE ")[1].split()
        command = [sys.executable, "manage.py", "runserver", str(PORT), "--noreload"]
        server = subprocess.Popen(command, cwd=ROOT, env=environment, stderr=subprocess.DEVNULL)
        try:
            time.sleep(5)
            with sync_playwright() as playwright:
                program = shutil.which("chromium-headless-shell") or shutil.which("chromium")
                browser = playwright.chromium.launch(executable_path=program, args=["--no-sandbox"])
                context = browser.new_context(base_url=f"http://127.0.0.1:{PORT}")
                context.add_cookies([{"name": "sessionid", "value": session, "url": f"http://127.0.0.1:{PORT}"}])
                for name, (address, height) in SHOTS.items():
                    shown = context.new_page()
                    shown.set_viewport_size({"width": 1200, "height": height})
                    shown.goto(address.format(page=page))
                    shown.wait_for_timeout(1_500)
                    shown.screenshot(path=PICTURES / f"{name}.png")
        finally:
            server.terminate()
            server.wait()


if __name__ == "__main__":
    main()
