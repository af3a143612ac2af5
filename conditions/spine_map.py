"""The spine from the side, drawn by code: facing left, from the neck down to the tailbone.

Bones are strung like beads along a centre line. Each is outlined in its own frame (how far down the line, how far
behind it) and then laid on the page, so the curve of the spine is in CENTRE_LINE alone. One unit is one unit of the
drawing, whose height is HEIGHT.
"""

import math
from dataclasses import dataclass
from functools import cache

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

HEIGHT = 664
GRID = 2  # points are rounded to half a unit
LABELS_AT = 196  # where the leader lines end and the names begin

# Points of the line through the middle of the bones, top to bottom; smaller x is further to the front.
CENTRE_LINE = (
    (92, 18), (84, 50), (80, 82), (88, 118), (108, 165), (124, 220), (128, 275), (118, 330),
    (100, 378), (84, 424), (78, 470), (88, 512), (112, 548), (134, 584), (140, 622), (132, 648),
)  # fmt: skip
SAMPLES = 40  # of the line between two of its points


@dataclass(frozen=True)
class Bones:
    """The vertebrae of a region: how many, their size, and how far and how steeply their processes reach back."""

    count: int
    height: float
    depth: float
    reach: float
    slant: float


CERVICAL = Bones(count=7, height=12.2, depth=20, reach=17, slant=0.35)
THORACIC = Bones(count=12, height=18.6, depth=29, reach=27, slant=1.0)
LUMBAR = Bones(count=5, height=25.5, depth=41, reach=22, slant=0.25)


@dataclass(frozen=True)
class Region:
    """One region of the map: its words, and its drawing as SVG path data."""

    key: str
    name: Promise
    spine: Promise
    plain: Promise
    plain_short: Promise
    levels: str
    body: str
    process: str
    pedicle: str
    disc: str
    halo: str
    leader_from: float
    label_at: float


@dataclass(frozen=True)
class SpineMap:
    regions: tuple
    cord: str


@dataclass(frozen=True)
class Frame:
    """A place on the centre line: its point, and the direction in which the line runs down there."""

    x: float
    y: float
    down_x: float
    down_y: float

    def point(self, down, back):
        """The point `down` along the line and `back` behind it, on the page."""
        return self.x + self.down_x * down + self.down_y * back, self.y + self.down_y * down - self.down_x * back


class Line:
    """A smooth curve through `points` (Catmull–Rom), addressed by the distance walked along it."""

    def __init__(self, points):
        ends = (points[0], *points, points[-1])
        self.points = [
            _between(ends[i : i + 4], step / SAMPLES) for i in range(len(points) - 1) for step in range(SAMPLES)
        ] + [points[-1]]
        self.walked = [0.0]
        for a, b in zip(self.points, self.points[1:], strict=False):
            self.walked.append(self.walked[-1] + math.dist(a, b))
        self.length = self.walked[-1]

    def frame(self, distance):
        distance = min(max(distance, 0), self.length)
        i = next(i for i in range(len(self.points) - 1) if self.walked[i + 1] >= distance)
        (ax, ay), (bx, by) = self.points[i], self.points[i + 1]
        step = self.walked[i + 1] - self.walked[i]
        part = (distance - self.walked[i]) / step
        return Frame(ax + (bx - ax) * part, ay + (by - ay) * part, (bx - ax) / step, (by - ay) / step)

    def beside(self, start, end, back, steps):
        """Path data of the line from `start` to `end`, moved behind it by `back(distance)`."""
        distances = [start + (end - start) * i / steps for i in range(steps + 1)]
        points = [self.frame(distance).point(0, back(distance)) for distance in distances]
        return _path(("M", points[0]), *(("l", point) for point in points[1:]))


def _between(points, part):
    """The point of a Catmull–Rom spline at `part` (0 to 1) of the way from the second to the third of four points."""
    return tuple(
        0.5 * (2 * b + (c - a) * part + (2 * a - 5 * b + 4 * c - d) * part**2 + (3 * b - a - 3 * c + d) * part**3)
        for a, b, c, d in zip(*points, strict=True)
    )


def _path(*commands):
    """SVG path data of `commands`, each a letter and its points; told from point to point, in half the bytes."""
    data, here = "", (0, 0)
    for letter, *points in commands:
        start = (0, 0) if letter == "M" else here
        on_grid = [(round(x * GRID), round(y * GRID)) for x, y in points]
        steps = [step for x, y in on_grid for step in (x - start[0], y - start[1])]
        data += letter + " ".join(f"{step / GRID:g}" for step in steps)
        here = on_grid[-1]
    return data.replace(" -", "-")


def _outline(frame, corners, rounding):
    """Path data of the closed shape with `corners` (down, back), each cut back by `rounding` of its sides."""
    points = [frame.point(down, back) for down, back in corners]
    commands = []
    for i, (x, y) in enumerate(points):
        (px, py), (nx, ny) = points[i - 1], points[(i + 1) % len(points)]
        begins = (x + (px - x) * rounding, y + (py - y) * rounding)
        ends = (x + (nx - x) * rounding, y + (ny - y) * rounding)
        commands += [("l" if commands else "M", begins), ("q", (x, y), ends)]
    return _path(*commands) + "z"


class Drawing:
    """Collects the outlines of one region, kind by kind, while walking down the line."""

    def __init__(self, line, start):
        self.line = line
        self.start = self.end = start
        self.outlines = {"body": "", "process": "", "pedicle": "", "disc": ""}

    def add(self, kind, at, corners, rounding):
        self.outlines[kind] += _outline(self.line.frame(at), corners, rounding)

    def vertebrae(self, bones):
        """Draw a row of vertebrae, each a little larger than the one above, with a disc below each."""
        for i in range(bones.count):
            self._vertebra(bones, grown=i / (bones.count - 1), is_last=i == bones.count - 1)
        return self

    def _vertebra(self, bones, grown, is_last):
        height = bones.height * (0.9 + 0.2 * grown)
        depth = bones.depth * (0.88 + 0.24 * grown)
        gap = height * 0.26
        front, back, half = -depth / 2, depth / 2, height / 2
        middle = self.end + half
        waist = (0, front * 0.88)
        body = [(-half, front), (-half * 0.96, back), (half * 0.96, back), (half, front), waist]
        self.add("body", middle, body, 0.22)
        root = back + height * 0.36
        self.add(
            "pedicle",
            middle,
            [(-height * 0.34, back - 2), (-height * 0.3, root), (height * 0.12, root), (height * 0.08, back - 2)],
            0.15,
        )
        tip = root + bones.reach * (0.8 + 0.35 * grown)
        if bones is CERVICAL and is_last:
            tip += 6  # the seventh is the bump one feels at the base of the neck
        self.add("process", middle, _process(bones, grown, height, root, tip), 0.3)
        self.add(
            "disc",
            self.end + height + gap / 2,
            [(-gap / 2, -depth * 0.45), (-gap / 2, depth * 0.44), (gap / 2, depth * 0.46), (gap / 2, -depth * 0.47)],
            0.3,
        )
        self.end += height + gap

    def sacrum_and_tailbone(self):
        """Draw five grown-together vertebrae and the four small ones of the tailbone, down to the line's end."""
        room = self.line.length - self.end
        for i in range(5):
            height, depth = room * 0.142 * (1 - 0.11 * i), 43 * (1 - 0.165 * i)
            half, side = height / 2, depth / 2
            corners = [(-half, -side), (-half, side + 6 - i), (half, side * 0.86 + 5 - i), (half, -side * 0.86)]
            self.add("body", self.end + half, corners, 0.2)
            self.end += height + 1.3
        for i in range(4):
            height, depth = (self.line.length - self.end) / (4 - i) * 0.86, 10 - 1.7 * i
            half, side = height / 2, depth / 2
            corners = [(-half, -side), (-half, side), (half, side * 0.8), (half, -side * 0.8)]
            self.add("body", self.end + half, corners, 0.35)
            self.end += height + 1
        self.end = self.line.length
        return self


def _process(bones, grown, height, root, tip):
    """The corners of the spinous process, the part that can be felt through the skin."""
    if bones is LUMBAR:
        return [
            (-height * 0.225, root - 3),
            (-height * 0.18, tip - 1),
            (height * 0.3, tip + 1),
            (height * 0.3, root - 1),
        ]
    slant = bones.slant
    if bones is THORACIC:  # the steepest are in the middle of the chest
        slant *= math.sin(math.pi * (0.15 + 0.75 * grown))
    thick, drop = height * 0.3, slant * bones.reach
    return [
        (-thick, root - 3),
        (-thick * 0.4 + drop * 0.45, tip - 3),
        (-thick * 0.1 + drop * 0.55, tip),
        (thick * 0.9 + drop * 0.5, tip - 2),
        (thick * 1.15, root - 2),
    ]


@cache
def spine_map():
    """The whole map, worked out once."""
    line = Line(CENTRE_LINE)
    cervical = Drawing(line, 0).vertebrae(CERVICAL)
    thoracic = Drawing(line, cervical.end).vertebrae(THORACIC)
    lumbar = Drawing(line, thoracic.end).vertebrae(LUMBAR)
    sacral = Drawing(line, lumbar.end).sacrum_and_tailbone()
    words = {
        "cervical": (_("Cervical"), _("Cervical spine"), _("Neck"), _("Neck"), "C1–C7"),
        "thoracic": (_("Thoracic"), _("Thoracic spine"), _("Upper and mid-back"), _("Mid-back"), "T1–T12"),
        "lumbar": (_("Lumbar"), _("Lumbar spine"), _("Lower back"), _("Lower back"), "L1–L5"),
        "sacral": (_("Sacral"), _("Sacral spine"), _("Sacrum and tailbone"), _("Tailbone"), "S1–S5"),
    }
    # Where along the region its leader line begins, as a part of its length, and how far behind the centre line.
    leaders = {"cervical": (0.45, 48), "thoracic": (0.5, 68), "lumbar": (0.5, 64), "sacral": (0.42, 40)}
    drawings = {"cervical": cervical, "thoracic": thoracic, "lumbar": lumbar, "sacral": sacral}
    return SpineMap(
        regions=tuple(_region(key, words[key], drawings[key], leaders[key]) for key in words),
        cord=_cord(line, ends_at=lumbar.start + 38, widest_at=thoracic.end),
    )


def _region(key, words, drawing, leader):
    name, spine, plain, plain_short, levels = words
    along, back = leader
    x, y = drawing.line.frame(drawing.start + (drawing.end - drawing.start) * along).point(0, back)
    return Region(
        key, name, spine, plain, plain_short, levels,
        **drawing.outlines,
        halo=drawing.line.beside(drawing.start + 36, drawing.end - 36, lambda distance: 12, steps=12),
        leader_from=round(min(x, LABELS_AT), 1),
        label_at=round(y, 1),
    )  # fmt: skip


def _cord(line, ends_at, widest_at):
    """The spinal cord behind the bones; it ends at the top of the lower back."""

    def back(distance):
        down = distance / widest_at
        return 11.5 + 8.5 * min(1, down) + 9 * max(0, down - 0.9)

    return line.beside(2, ends_at, back, steps=40)
