"""The picture that goes along when someone shares a condition's page: its title beside the spine, drawn by code."""

import io
import re
from functools import lru_cache

from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.cache import cache_control
from PIL import Image, ImageDraw, ImageFont

from conditions.models import Condition
from conditions.regions import WHOLE
from conditions.spine_map import spine_map
from publishing.composing import Moved, compose, moment
from publishing.views import require_safe

from .context_processors import site_details

SIZE = (1200, 630)  # pixels, as the networks ask for
FINER = 2  # drawn larger and then made smaller, which smooths the edges
MARGIN = 72
TEXT_WIDTH = 700
SPINE_AT, SPINE_SCALE = (900, 28), 0.865
# The light colours of static/css/tokens.css.
PAPER, TINT, INK, MUTED, BRAND = "#fbfaf6", "#e7f0ef", "#16262c", "#495a60", "#0c4a57"
BONE, BONE_EDGE = "#e4e8e6", "#8b979a"
REGIONS = {"cervical": "#2f7f8f", "thoracic": "#b5522f", "lumbar": "#7a6a1e", "sacral": "#6b5596"}
SERIF, SANS = "newsreader-500", "atkinson-next"
COMMAND = re.compile(r"([Mlqz])([^Mlqz]*)")
NUMBER = re.compile(r"-?[\d.]+")
STEPS = 6  # straight pieces for one curve


@require_safe
@cache_control(public=True, max_age=3600)
def share_image(request, slug):
    """The picture of the condition at `slug`."""
    at = moment(request)
    try:
        condition = compose(Condition, slug, at)
    except Moved as moved:
        return redirect(f"{moved.url}image.png")
    drawn = draw(condition.title, condition.summary, tuple(condition.words["regions"]), site_details(at).title)
    return HttpResponse(drawn, content_type="image/png")


@lru_cache(maxsize=64)
def draw(title, summary, regions, site_name):
    """A PNG of SIZE as bytes; `regions` is a tuple of their keys."""
    image = Image.new("RGB", [side * FINER for side in SIZE], PAPER)
    pen = ImageDraw.Draw(image)
    pen.rectangle([0, 0, image.width, 14 * FINER], fill=BRAND)
    pen.rectangle([830 * FINER, 14 * FINER, image.width, image.height], fill=TINT)
    _spine(pen, REGIONS if WHOLE in regions else {key: REGIONS[key] for key in regions if key in REGIONS})
    down = _text(pen, site_name, SANS, (30,), MUTED, MARGIN + 8, lines=1)
    down = _text(pen, title, SERIF, (92, 76, 62, 52), INK, down + 26, lines=3)
    _text(pen, summary, SANS, (34, 30), MUTED, down + 26, lines=4)
    file = io.BytesIO()
    image.resize(SIZE, Image.Resampling.LANCZOS).quantize(128, dither=Image.Dither.NONE).save(
        file, "PNG", optimize=True
    )
    return file.getvalue()


def _spine(pen, coloured):
    for region in spine_map().regions:
        fill = coloured.get(region.key, BONE)
        edge = PAPER if region.key in coloured else BONE_EDGE
        for path in (region.process, region.pedicle, region.disc, region.body):
            for outline in _outlines(path):
                pen.polygon([_placed(point) for point in outline], fill=fill, outline=edge, width=FINER)


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
    for size in sizes:
        font = _font(face, size * FINER)
        wrapped = _wrapped(words, font)
        if len(wrapped) <= lines:
            break
    if len(wrapped) > lines:
        wrapped = [*wrapped[: lines - 1], wrapped[lines - 1].rstrip(" .,;") + " …"]
    step = round(size * (1.12 if face == SERIF else 1.4))
    for line in wrapped:
        pen.text((MARGIN * FINER, down * FINER), line, font=font, fill=fill)
        down += step
    return down


def _wrapped(words, font):
    found = [""]
    for word in words.split():
        longer = f"{found[-1]} {word}".strip()
        if font.getlength(longer) <= TEXT_WIDTH * FINER:
            found[-1] = longer
        elif found[-1]:
            found.append(word)
        else:
            found[-1] = word
    return found


@lru_cache(maxsize=16)
def _font(face, size):
    return ImageFont.truetype(settings.BASE_DIR / f"static/fonts/{face}.woff2", size)
