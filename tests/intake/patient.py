"""Somebody who asks for an appointment or a second opinion, through the pages that a browser shows."""

from datetime import timedelta
from urllib.parse import urlsplit

from bs4 import BeautifulSoup
from django.utils import timezone

from intake.models import Draft, Request

SIGNS = {"now": ["none"]}
ASKING = {"asker": "patient"}
WHO = {"given": "Zed", "family": "Sample", "born_month": "3", "born_day": "27", "born_year": "1961", "place": "NY"}
REACH = {"phone": "212-555-0142", "email": "zed@example.org", "message": "yes"}
LANGUAGE = {"interpreter": "no"}
REASON = {"condition": "unsure", "problem": "My back hurts.", "how_long": "weeks"}
BEFORE = {"surgery": "unsure"}
DIAGNOSIS = {"diagnosis": "A worn disk."}
QUESTIONS = {"question_1": "Do I need surgery?", "form": "video"}
DOCTOR = {}
RECORDS = {}
FILES = {}
ANSWERS = {
    "signs": SIGNS, "asking": ASKING, "patient": WHO, "reach": REACH, "language": LANGUAGE, "reason": REASON,
    "before": BEFORE, "diagnosis": DIAGNOSIS, "questions": QUESTIONS, "doctor": DOCTOR,
    "records": RECORDS, "files": FILES,
}  # fmt: skip
FOR_OPINIONS = ("diagnosis", "questions")
BESIDE = ("records", "files")  # the way to an appointment leads past them


def steps(way):
    """The keys of the steps on the way to an appointment or a second opinion."""
    return [key for key in ANSWERS if way == "second-opinion" or key not in (*FOR_OPINIONS, *BESIDE)]


class Patient:
    """Answers page by page; `way` is "appointments" or "second-opinion"."""

    def __init__(self, client, way="appointments"):
        self.client = client
        self.way = way

    def url(self, key="signs"):
        return f"/{self.way}/" if key == "signs" else f"/{self.way}/{key}/"

    def soup(self, key="signs"):
        return BeautifulSoup(self.client.get(self.url(key)).content, "html.parser")

    def answer(self, key, **answers):
        """Post one step with the answers of ANSWERS, or others instead."""
        return self.client.post(self.url(key), {**ANSWERS[key], **answers})

    def answer_all(self, **others):
        """Post every step, with `others` by step instead of those of ANSWERS."""
        for key in [key for key in ANSWERS if key in steps(self.way) or key in others]:
            response = self.answer(key, **others.get(key, {}))
            assert response.status_code == 302, (key, response.status_code)
        return response

    def wait(self):
        """Let as much time pass as a person needs."""
        Draft.objects.update(started_at=timezone.now() - timedelta(minutes=5))

    def send(self, **fields):
        self.wait()
        return self.client.post(self.url("check"), {"agreed": "on", **fields})

    def ask(self, **others):
        """Answer all and send; returns the Request."""
        self.answer_all(**others)
        response = self.send()
        assert urlsplit(response["Location"]).path == self.url("sent")
        return Request.objects.latest("received_at")


def errors(response):
    """The lines of the summary of what is wrong."""
    soup = BeautifulSoup(response.content, "html.parser")
    return [line.text for line in soup.select(".form-errors li")]
