"""The smallest valid things, for tests to start from."""

import datetime
import time
import uuid
import wave
from io import BytesIO
from itertools import count

from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from django_otp.oath import totp
from django_otp.plugins.otp_totp.models import TOTPDevice
from PIL import Image, ImageDraw

from accounts import factors, sessions
from conditions.models import Condition, DiagnosticTest, Hub, Source, Symptom, Treatment, WarningSign
from figures import pictures
from figures.models import Figure
from glossary import recordings
from glossary.models import Term
from intake import codes
from intake.answering import wordings
from intake.files import beginning
from intake.files.segments import Writer
from intake.models import Erasure, File, Request, Template
from news.models import Article
from pages.models import InformationPage, SiteDetails
from physicians.models import Physician
from publishing import actions

numbers = count(1)
PASSWORD = "a long test password"


def _page(model, title, **fields):
    number = next(numbers)
    title = title or f"{model.KIND.capitalize()} {number}"
    return model.objects.create(title=title, slug=fields.pop("slug", f"{model.KIND}-{number}"), **fields)


def condition(title="", **fields):
    return _page(Condition, title, **fields)


def hub(title="", **fields):
    return _page(Hub, title, **{"gathers": "tumor", **fields})


def source(**fields):
    return Source.objects.create(**{"title": f"Book {next(numbers)}", "publisher": "A Press", "year": 2024, **fields})


def symptom(title="", **fields):
    return _page(Symptom, title, **fields)


def diagnostic_test(title="", **fields):
    return _page(DiagnosticTest, title, **fields)


def treatment(title="", **fields):
    return _page(Treatment, title, **fields)


def warning_sign(title="", **fields):
    return _page(WarningSign, title, **{"level": "call_911", **fields})


def term(title="", **fields):
    return _page(Term, title, **{"meaning": "a plain meaning", **fields})


def tone(seconds=0.05, name="word.wav"):
    """An upload of a recording, in which nothing is said."""
    content = BytesIO()
    with wave.open(content, "wb") as sound:
        sound.setparams((1, 2, 8000, 0, "NONE", ""))
        sound.writeframes(b"\0\0" * int(8000 * seconds))
    return SimpleUploadedFile(name, content.getvalue())


def recording(seconds=0.05):
    """The name of a stored recording."""
    return recordings.stored(tone(seconds))


def drawing(width=640, height=480, format_="PNG", **options):
    """An upload of a picture, a cross in a frame."""
    image = Image.new("RGB", (width, height), "white")
    pen = ImageDraw.Draw(image)
    pen.rectangle((2, 2, width - 3, height - 3), outline="navy", width=3)
    pen.line((0, 0, width, height), fill="teal", width=5)
    content = BytesIO()
    image.save(content, format_, **options)
    return SimpleUploadedFile(f"drawing.{format_.lower()}", content.getvalue())


def figure(title="", **fields):
    """A drawing with its files stored."""
    fields = {"alt": "A cross in a frame.", "subject": Figure.Subject.NO_PATIENT, **fields}
    if "picture" not in fields:
        fields["picture"] = pictures.stored(drawing())
    return _page(Figure, title, **fields)


def physician(family_name="Sample", **fields):
    given_names = fields.pop("given_names", "Ada")
    return _page(Physician, f"{given_names} {family_name}", given_names=given_names, family_name=family_name, **fields)


def article(title="", **fields):
    return _page(Article, title, **fields)


def information(title="", **fields):
    return _page(InformationPage, title, **fields)


def site(**fields):
    return SiteDetails.objects.create(**{"title": "SpineInfo", "slug": "site", **fields})


def request(words="My back hurts.", **fields):
    """An appointment that a patient asked for, sealed; `words` are the one answer. One with an outcome is closed."""
    now = timezone.now()
    if fields.get("outcome"):
        fields = {"status": "withdrawn", "closed_at": now, "outcome_on": timezone.localdate(now), **fields}
    else:
        fields = {"due_at": now + datetime.timedelta(days=2), **fields}
    made = Request(
        **{
            "id": uuid.uuid4(),
            "reference": codes.new_code(3),
            "kind": "appointment",
            "consent_version": "2026-11-appointment",
            "received_at": now,
            "answer_by": timezone.localdate(now) + datetime.timedelta(days=3),
            **fields,
        }
    )
    rows = [["problem", "The problem", words]]
    made.seal({"answers": {}, "checked": [{"step": "reason", "heading": "What is the problem?", "rows": rows}]})
    made.save(force_insert=True)
    return made


def template(name="We need your MRI", text="Please call us."):
    """A template of messages, with one version."""
    made = Template.objects.create(name=name)
    wordings.change(made, text, by=None)
    return made


def erasure(reference="AAAA-BBBB-CCCC"):
    return Erasure.objects.create(
        request=uuid.uuid4(), reference=reference, kind="appointment", went={}, is_wish=False, erased_at=timezone.now()
    )


def file(request, data=b"%PDF-1.4", name="report.pdf", **look):
    """A file of `request` that came whole and was found good."""
    made = beginning.new_file(request.pk, size=len(data), name=name)
    made.save(force_insert=True)
    writer = Writer(made)
    writer.add(data)
    writer.end()
    made.refresh_from_db()
    made.state, made.scan = File.State.KEPT, File.Scan.CLEAN
    made.seal({**made.unsealed(), "look": {"kind": "pdf", "refusal": "", **look}})
    made.save()
    return made


def published(page, change="First edition."):
    """Publish `page` and return it."""
    actions.publish(page, by=None, change=change)
    return page


def moment_ahead():
    """A moment an hour from now, for what is planned."""
    return timezone.now() + datetime.timedelta(hours=1)


def user(role=None, **fields):
    """A member of staff with `role` (a group's name), or with none; `is_superuser` gives all."""
    number = next(numbers)
    name = (role or "someone").lower()
    fields = {"username": f"{name}-{number}", "email": f"{name}-{number}@example.org", "is_staff": True, **fields}
    person = get_user_model().objects.create_user(password=PASSWORD, **fields)
    if role:
        person.groups.add(Group.objects.get(name=role))
    return person


def factor(person):
    """The app of `person`, set up now if they have none."""
    device = TOTPDevice.objects.filter(user=person).first() or factors.keep_app(person, factors.new_key())
    device.key = factors.key_of(device)
    return device


def code(device, steps=0):
    """What the app shows now, or so many half minutes later."""
    return f"{totp(device.bin_key, t0=-30 * steps):06}"


def signed_in(client, person):
    """Sign `client` in as `person`, with a second factor if they need one, without the forms; return it."""
    if factors.needs_factor(person):
        factor(person)
    client.force_login(person)
    session = client.session
    session[sessions.FACTOR] = time.time()
    session.save()
    return client
