"""A page to draw on, with the colors and the hand that all figures share."""

import math
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

FOLDER = Path(__file__).parent
FONT = FOLDER.parent.parent / "pages/fonts/atkinson-next.woff2"
WIDTH, HEIGHT, FINER = 1200, 800, 3
LETTERS, TITLE = 50, 58  # on a phone, 350 pixels wide, these are 15 and 17

INK = "#16262c"
BONE, BONE_EDGE = "#f1e6d0", "#8a7448"
RING, RING_LINE, RING_EDGE = "#cfe4e6", "#9cc3c8", "#2f7f8f"
CENTER, CENTER_EDGE = "#f4bfa4", "#b5522f"
CANAL, SAC, NERVE, NERVE_EDGE = "#ffffff", "#fbf0c4", "#f0cf5b", "#8c6d13"
PRESSED = "#9b2318"


class Sheet:
    """A white page in the coordinates of the finished drawing."""

    def __init__(self):
        self.image = Image.new("RGB", (WIDTH * FINER, HEIGHT * FINER), "white")
        self.pen = ImageDraw.Draw(self.image)

    def shape(self, points, fill, edge=None, width=4):
        points = [(x * FINER, y * FINER) for x, y in points]
        self.pen.polygon(points, fill=fill)
        if edge:
            self.path([(x / FINER, y / FINER) for x, y in (*points, points[0])], edge, width)

    def path(self, points, color, width):
        points = [(x * FINER, y * FINER) for x, y in points]
        self.pen.line(points, fill=color, width=round(width * FINER))
        radius = width * FINER / 2
        for x, y in points:  # a line alone has gaps where it bends
            self.pen.ellipse((x - radius, y - radius, x + radius, y + radius), fill=color)

    def oval(self, x, y, across, down, fill, edge=None, width=4):
        self.shape(oval(x, y, across, down), fill, edge, width)

    def cord(self, points, color, edge, width):
        """A nerve along `points`."""
        line = curve(points, closed=False)
        self.path(line, edge, width + 7)
        self.path(line, color, width)

    def label(self, words, x, y, to=None):
        """`words` that begin at (x, y), with a line to what they name."""
        font = ImageFont.truetype(str(FONT), LETTERS * FINER)
        self.pen.multiline_text((x * FINER, y * FINER), words, fill=INK, font=font, spacing=2 * FINER, anchor="lm")
        if to:
            self.path([(x - 14, y), to], INK, 2.5)
            self.oval(*to, 6, 6, INK)

    def title(self, words, x):
        font = ImageFont.truetype(str(FONT), TITLE * FINER)
        self.pen.text((x * FINER, 30 * FINER), words, fill=INK, font=font, anchor="mm")

    def save(self, name):
        image = self.image.resize((WIDTH, HEIGHT), Image.Resampling.LANCZOS)
        colors = image.quantize(64, method=Image.Quantize.FASTOCTREE, dither=Image.Dither.NONE)
        colors.save(FOLDER / name, optimize=True)


def oval(x, y, across, down, steps=120):
    turns = (math.tau * step / steps for step in range(steps))
    return [(x + across * math.cos(turn), y + down * math.sin(turn)) for turn in turns]


def curve(points, closed=True, steps=24):
    """A smooth line through `points` (Catmull-Rom)."""
    count = len(points)
    ends = range(count if closed else count - 1)

    def at(index):
        return points[index % count] if closed else points[min(max(index, 0), count - 1)]

    line = []
    for index in ends:
        a, b, c, d = (at(index + offset) for offset in (-1, 0, 1, 2))
        for step in range(steps):
            t = step / steps
            line.append(
                tuple(
                    0.5 * (2 * q + (r - p) * t + (2 * p - 5 * q + 4 * r - s) * t**2 + (3 * q - p - 3 * r + s) * t**3)
                    for p, q, r, s in zip(a, b, c, d, strict=True)
                )
            )
    return line if closed else [*line, points[-1]]


def mirrored(points, middle):
    return [(2 * middle - x, y) for x, y in points]


def rounded(corners, radius):
    """The polygon of `corners` with its corners cut to curves."""
    line = []
    for before, corner, after in zip([corners[-1], *corners[:-1]], corners, [*corners[1:], corners[0]], strict=True):
        start, end = _towards(corner, before, radius), _towards(corner, after, radius)
        for step in range(9):
            t = step / 8
            weights = ((1 - t) ** 2, 2 * t * (1 - t), t**2)
            line.append(
                tuple(sum(map(math.prod, zip(weights, at, strict=True))) for at in zip(start, corner, end, strict=True))
            )
    return line


def _towards(start, end, length):
    share = min(0.5, length / math.dist(start, end))
    return tuple(p + (q - p) * share for p, q in zip(start, end, strict=True))
