"""Makes the pictures of the docs for editors and coordinators anew: `.venv/bin/python docs/screenshots.py` (Chromium).

It fills a folder of its own with the sample department and with requests of invented people, serves it, and takes the
pictures as a superuser and as a coordinator.
"""

import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).parent.parent
PICTURES = Path(__file__).parent
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
REQUESTS = """
import datetime
from django.test import Client
from django.utils import timezone
from intake.answering import actions
from intake.models import Request
from tests import make
from tests.intake.patient import Patient

cora = make.user("Coordinator", username="cora", first_name="Cora", last_name="Sample")
rene = make.user("Reviewing physician", username="rene", first_name="Rene", last_name="Example")
made, people = [], [("Zed", "Sample"), ("Ada", "Invented"), ("Bo", "Example"), ("Cy", "Sample")]
for number, (given, family) in enumerate(people * 2):
    way = "second-opinion" if number % 3 == 1 else "appointments"
    patient = Patient(Client(HTTP_HOST="127.0.0.1"), way)
    asked = patient.ask(patient={"given": given, "family": family, "born_year": str(1950 + number % 4)})
    came = timezone.now() - datetime.timedelta(hours=9 * number + 1)
    Request.objects.filter(pk=asked.pk).update(received_at=came)
    asked.refresh_from_db()
    actions.set_priority(asked, (3, 3, 2, 3, 3, 1, 3, 3)[number], by=cora, why="As it came.")
    made.append(asked)
actions.log_contact(made[0], how="phone", result="no_answer", by=cora, text="I try again in the afternoon.")
actions.assign(made[0], cora, by=cora)
actions.add_note(made[0], "Prefers mornings.", by=cora)
actions.ask_for_records(made[1], ["mri"], "Please send us the MRI images.", by=cora)
actions.assign_reviewer(made[4], rene, by=cora)
actions.move(made[4], "in_review", by=cora, seen="new")
print("DONE", made[0].pk, make.signed_in(Client(), cora).session.session_key)
"""
SHOTS = {
    "editors/first-page": ("/admin/", 900),
    "editors/form": ("/admin/conditions/condition/{page}/change/", 900),
    "editors/review": ("/admin/conditions/condition/{page}/review/", 1100),
    "editors/publish": ("/admin/conditions/condition/{page}/publish/", 1100),
    "editors/history": ("/admin/conditions/condition/{page}/history/", 800),
}
DESK_SHOTS = {
    "coordinators/queue": ("/admin/intake/request/", 800),
    "coordinators/request": ("/admin/intake/request/{page}/change/", 1100),
}


def manage(environment, *arguments):
    command = [sys.executable, "manage.py", *arguments]
    return subprocess.run(command, cwd=ROOT, env=environment, check=True, capture_output=True, text=True).stdout


def main():
    from playwright.sync_api import sync_playwright

    with tempfile.TemporaryDirectory() as folder:
        environment = os.environ | {"SPINEINFO_DATA": folder, "DEBUG": "true"}
        manage(environment, "migrate", "-v0")
        manage(environment, "migrate", "-v0", "--database", "record")
        manage(environment, "load_sample")
        said = [manage(environment, "shell", "-v0", "-c", seed) for seed in (SEED, REQUESTS)]
        command = [sys.executable, "manage.py", "runserver", str(PORT), "--noreload"]
        server = subprocess.Popen(command, cwd=ROOT, env=environment, stderr=subprocess.DEVNULL)
        try:
            time.sleep(5)
            with sync_playwright() as playwright:
                program = shutil.which("chromium-headless-shell") or shutil.which("chromium")
                browser = playwright.chromium.launch(executable_path=program, args=["--no-sandbox"])
                for words, shots in zip(said, (SHOTS, DESK_SHOTS), strict=True):
                    page, session = words.split("DONE ")[1].split()
                    take(browser, page, session, shots)
        finally:
            server.terminate()
            server.wait()


def take(browser, page, session, shots):
    """The pictures `shots` of what `session` sees."""
    context = browser.new_context(base_url=f"http://127.0.0.1:{PORT}")
    context.add_cookies([{"name": "sessionid", "value": session, "url": f"http://127.0.0.1:{PORT}"}])
    for name, (address, height) in shots.items():
        shown = context.new_page()
        shown.set_viewport_size({"width": 1200, "height": height})
        shown.goto(address.format(page=page))
        shown.wait_for_timeout(1_500)
        shown.screenshot(path=PICTURES / f"{name}.png")


if __name__ == "__main__":
    main()
