"""Draws the sample's figures: `python sample/figures/draw.py`, from the repository's root. What it wrote is kept.

Seen from above, the front of the body is at the top; seen from the side, it is on the left.
"""

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


def disc_from_above(sheet, x):
    edge = [(x, 70), (x + 150, 92), (x + 245, 180), (x + 250, 280), (x + 175, 372), (x + 60, 396), (x, 390)]
    edge += mirrored(edge[1:-1][::-1], x)
    sheet.shape(curve(edge), RING, RING_EDGE, 5)
    for size in (0.86, 0.72):
        inner = [(x + (px - x) * size, 240 + (py - 240) * size) for px, py in edge]
        sheet.path([*curve(inner), curve(inner)[0]], RING_LINE, 3)


def arch(sheet, x, thick=0):
    """The back of a vertebra with its joints, around the canal; `thick` is how far they have grown into it."""
    outer = [(x - 235, 455), (x - 262, 520), (x - 215, 590), (x - 120, 640), (x - 52, 690), (x - 34, 770)]
    outer += mirrored(outer[::-1], x)
    inner = [(x + 150 - thick, 440), (x + 140 - thick, 520), (x + 70 - thick * 0.6, 600 - thick * 0.5)]
    inner += [(x, 630 - thick * 0.8), *mirrored(inner[::-1], x)]
    sheet.shape(curve([*outer, (x + 170 - thick, 430), *inner, (x - 170 + thick, 430)]), BONE, BONE_EDGE, 5)


def sac(sheet, x, y, across, down):
    sheet.oval(x, y, across, down, SAC, NERVE_EDGE, 4)
    for row, count in ((-0.45, 3), (0.0, 4), (0.45, 3)):
        for number in range(count):
            shift = (number - (count - 1) / 2) * 0.42
            sheet.oval(x + across * shift, y + down * row, 8, 8, NERVE, NERVE_EDGE, 2.5)


def herniated_disc():
    sheet, x = Sheet(), 380
    arch(sheet, x)
    disc_from_above(sheet, x)
    sheet.cord([(x - 70, 500), (x - 130, 462), (x - 195, 430), (x - 290, 440), (x - 345, 485)], NERVE, NERVE_EDGE, 24)
    sheet.cord(
        [(x + 40, 510), (x + 100, 502), (x + 152, 484), (x + 205, 440), (x + 290, 440), (x + 345, 485)],
        NERVE,
        NERVE_EDGE,
        24,
    )
    sac(sheet, x - 14, 505, 84, 68)
    blob = [(x + 40, 300), (x + 78, 350), (x + 84, 405), (x + 82, 440), (x + 112, 466), (x + 150, 452)]
    blob += [(x + 152, 416), (x + 134, 372), (x + 118, 300), (x + 92, 248)]
    smooth = curve(blob)
    for edge in (CENTER_EDGE, None):  # first both edges, then the filling, so that the two are one
        sheet.oval(x, 245, 118, 78, CENTER, edge, 8)
        sheet.shape(smooth, CENTER, edge, 8)
    sheet.path(curve([(x + 104, 488), (x + 140, 478), (x + 172, 456)], closed=False), PRESSED, 9)
    sheet.label("Front of the body", x - 195, 36)
    sheet.label("Tough ring\nof the disc", 800, 100, (x + 205, 190))
    sheet.label("Soft center", 800, 215, (x + 70, 246))
    sheet.label("It pushes\nout here", 800, 330, (x + 124, 410))
    sheet.label("Nerve under\npressure", 800, 465, (x + 166, 462))
    sheet.label("Nerves in the\nspinal canal", 800, 600, (x + 40, 520))
    sheet.label("Bone at\nthe back", 800, 735, (x + 120, 625))
    sheet.save("herniated-disc.png")


def narrow_canal():
    sheet = Sheet()
    for x, thick, size, words in ((275, 0, (104, 74), "Normal canal"), (925, 62, (52, 40), "Narrow canal")):
        disc_from_above(sheet, x)
        arch(sheet, x, thick)
        sac(sheet, x, 505, *size)
        font = ImageFont.truetype(str(FONT), TITLE * FINER)
        sheet.pen.text((x * FINER, 30 * FINER), words, fill=INK, font=font, anchor="mm")
    sheet.label("Disc", 550, 120, (480, 230))
    sheet.label("Nerves", 532, 412, (350, 500))
    sheet.label("Bone", 540, 720, (372, 640))
    sheet.save("spinal-stenosis.png")


if __name__ == "__main__":
    herniated_disc()
    narrow_canal()
