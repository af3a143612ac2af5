"""The picture that goes along when someone shares a condition's page: its title beside the spine, drawn by code."""

import io
import os
import re
from contextlib import suppress
from functools import lru_cache
from hashlib import blake2b
from pathlib import Path
from tempfile import NamedTemporaryFile
from threading import Lock

from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.cache import cache_control
from PIL import Image, ImageDraw, ImageFont

from conditions.models import Condition
from conditions.regions import WHOLE
from conditions.spine_map import spine_map
from publishing.composing import Moved, moment, shown_alone
from publishing.views import require_safe

from .context_processors import site_title

SIZE = (1200, 630)  # pixels, as the networks ask for
MARGIN = 72
TEXT_WIDTH = 700
STRIPE = 14  # pixels of color along the top
PANEL = (830, STRIPE, *SIZE)  # where the spine stands
FINER = 2  # the spine is drawn larger and then made smaller, which smooths its edges
SPINE_AT, SPINE_SCALE = (70, 14), 0.865  # within the panel
# The light colours of static/css/tokens.css.
PAPER, TINT, INK, MUTED, BRAND = "#fbfaf6", "#e7f0ef", "#16262c", "#495a60", "#0c4a57"
BONE, BONE_EDGE = "#e4e8e6", "#8b979a"
REGIONS = {"cervical": "#2f7f8f", "thoracic": "#b5522f", "lumbar": "#7a6a1e", "sacral": "#6b5596"}
SERIF, SANS = "newsreader-500", "atkinson-next"
COMMAND = re.compile(r"([Mlqz])([^Mlqz]*)")
NUMBER = re.compile(r"-?[\d.]+")
STEPS = 6  # straight pieces for one curve
DRAWN_AS = 1  # goes up with every change of the drawing, so that no picture of before is answered
MOST_KEPT = 1000  # pictures, of some 60 KB each

drawing = Lock()


@require_safe
@cache_control(public=True, max_age=3600)
def share_image(request, slug):
    """The picture of the condition at `slug`."""
    at = moment(request)
    try:
        condition = shown_alone(Condition, slug, at)
    except Moved as moved:
        return redirect(f"{moved.url}image.png")
    words = (condition.title, condition.summary, tuple(condition.words["regions"]), site_title(at))
    return HttpResponse(_kept(*words), content_type="image/png")


def _kept(*words):
    """What `draw` makes of `words`: from the data folder, or drawn and kept there, one at a time in a process."""
    folder = settings.DATA / "share-images"
    file = folder / f"{blake2b(repr((DRAWN_AS, *words)).encode(), digest_size=16).hexdigest()}.png"
    with suppress(OSError):
        return file.read_bytes()
    with drawing:
        with suppress(OSError):  # somebody drew it while this one waited
            return file.read_bytes()
        drawn = draw(*words)
        with suppress(OSError):  # a full disk costs the keeping, not the picture
            _keep(drawn, file)
        return drawn


def _keep(drawn, file):
    """Write all of the picture or none of it, and leave out the oldest of more than MOST_KEPT."""
    file.parent.mkdir(exist_ok=True)
    with NamedTemporaryFile(dir=file.parent, suffix=".part", delete=False) as part:
        part.write(drawn)
    os.replace(part.name, file)
    kept = sorted((entry.stat().st_mtime, entry.path) for entry in os.scandir(file.parent))
    for _written, path in kept[:-MOST_KEPT]:
        os.unlink(path)


def draw(title, summary, regions, site_name):
    """A PNG of SIZE as bytes; `regions` is a tuple of their keys.

    The site's name stands alone where the title has letters that the fonts lack.
    """
    if not _has_letters_for(title, SERIF):
        title, summary, site_name = site_name, "", ""
    image = Image.new("RGB", SIZE, PAPER)
    pen = ImageDraw.Draw(image)
    pen.rectangle([0, 0, image.width, STRIPE - 1], fill=BRAND)
    image.paste(_panel(frozenset(REGIONS if WHOLE in regions else REGIONS.keys() & set(regions))), PANEL)
    down = _text(pen, site_name, SANS, (30,), MUTED, MARGIN + 8, lines=1)
    down = _text(pen, title, SERIF, (92, 76, 62, 52), INK, down + 26, lines=3)
    _text(pen, summary, SANS, (34, 30), MUTED, down + 26, lines=4)
    file = io.BytesIO()
    image.save(file, "PNG")
    return file.getvalue()


@lru_cache(maxsize=2 ** len(REGIONS))
def _panel(coloured):
    """The spine with the regions `coloured` on its ground: most of the work, and the same for many conditions."""
    left, top, right, bottom = PANEL
    size = (right - left, bottom - top)
    panel = Image.new("RGB", [side * FINER for side in size], TINT)
    pen = ImageDraw.Draw(panel)
    for region in spine_map().regions:
        is_coloured = region.key in coloured
        fill, edge = (REGIONS[region.key], PAPER) if is_coloured else (BONE, BONE_EDGE)
        for path in (region.process, region.pedicle, region.disc, region.body):
            for outline in _outlines(path):
                pen.polygon([_placed(point) for point in outline], fill=fill, outline=edge, width=FINER)
    return panel.resize(size, Image.Resampling.LANCZOS)


def _placed(point):
    (left, top), scale = SPINE_AT, SPINE_SCALE
    return (left + point[0] * scale) * FINER, (top + point[1] * scale) * FINER


def _outlines(path):
    """The closed outlines of SVG path data (of spine_map), as lists of points."""
    found, points, here = [], [], (0.0, 0.0)
    for letter, numbers in COMMAND.findall(path):
        values = [float(number) for number in NUMBER.findall(numbers)]
        pairs = list(zip(values[::2], values[1::2], strict=True))
        if letter == "z":
            found.append(points)
            points = []
        elif letter == "q":
            (cx, cy), (x, y) = pairs
            control, end = (here[0] + cx, here[1] + cy), (here[0] + x, here[1] + y)
            points += [_on_curve(here, control, end, step / STEPS) for step in range(1, STEPS + 1)]
            here = end
        else:
            x, y = pairs[-1]
            here = (x, y) if letter == "M" else (here[0] + x, here[1] + y)
            points.append(here)
    return found


def _on_curve(start, control, end, part):
    """The point at `part` (0 to 1) of a quadratic Bézier curve."""
    rest = 1 - part
    return tuple(
        rest * rest * a + 2 * rest * part * b + part * part * c for a, b, c in zip(start, control, end, strict=True)
    )


def _text(pen, words, face, sizes, fill, down, lines):
    """Write `words` in the largest of `sizes` that fits, cut at the end if none does; answer where they end."""
    if not _has_letters_for(words, face):
        return down
    words = words.split()
    for size in sizes:
        font = _font(face, size)
        wrapped = _wrapped(words, font)
        if len(wrapped) <= lines and all(_fits(word, font) for word in words):
            break
    if len(wrapped) > lines:
        wrapped = [*wrapped[: lines - 1], _cut(wrapped[lines - 1].rstrip(" .,;"), font)]
    step = round(size * (1.12 if face == SERIF else 1.4))
    for line in wrapped:
        pen.text((MARGIN, down), line, font=font, fill=fill)
        down += step
    return down


def _wrapped(words, font):
    """Lines of `words` no wider than the text may be; a word that is wider itself goes on in the next line."""
    found = [""]
    for word in words:
        longer = f"{found[-1]} {word}".strip()
        if _fits(longer, font):
            found[-1] = longer
            continue
        pieces = [""]
        for sign in word:
            if not _fits(pieces[-1] + sign, font):
                pieces.append("")
            pieces[-1] += sign
        found = [*(line for line in found if line), *pieces]
    return found


def _cut(line, font):
    while not _fits(f"{line} …", font):
        line = line[:-1].rstrip()
    return f"{line} …"


def _fits(line, font):
    return font.getlength(line) <= TEXT_WIDTH


def _has_letters_for(words, face):
    return all(_has_letter(sign, face) for sign in set("".join(words.split())))


@lru_cache(maxsize=2048)
def _has_letter(sign, face):
    """Whether the font can show `sign`: for what it lacks it draws what it draws for a sign that is none."""
    font = _font(face, 40)
    return bytes(font.getmask(sign)) != bytes(font.getmask("\uffff"))


@lru_cache(maxsize=16)
def _font(face, size):
    return ImageFont.truetype(Path(__file__).with_name("fonts") / f"{face}.woff2", size)
