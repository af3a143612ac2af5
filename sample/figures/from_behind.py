"""Figures of the spine seen from behind: left is left."""

import math

from sheet import BONE, BONE_EDGE, NERVE, NERVE_EDGE, RING, RING_EDGE, SAC, Sheet, curve, rounded


def vertebra(sheet, x, y, tilt, width=104, height=34):
    """A block with its two wings, turned by `tilt` (radians)."""
    for across, down, radius in ((width * 1.7, 14, 7), (width, height, 10)):
        corners = [(-across, -down), (across, -down), (across, down), (-across, down)]
        sheet.shape(rounded([_turned(x, y, px / 2, py / 2, tilt) for px, py in corners], radius), BONE, BONE_EDGE, 4)


def _turned(x, y, across, down, tilt):
    return x + across * math.cos(tilt) - down * math.sin(tilt), y + across * math.sin(tilt) + down * math.cos(tilt)


def column(sheet, middle, bend):
    """Fourteen vertebrae; `bend` says how far each stands from `middle`, by its height from 0 to 1."""
    places = [(middle + bend(step / 13), 110 + step * 43) for step in range(14)]
    for number, (x, y) in enumerate(places):
        above, below = places[max(number - 1, 0)], places[min(number + 1, 13)]
        vertebra(sheet, x, y, -math.atan2(below[0] - above[0], below[1] - above[1]))
    hips = [(middle - 150, 745), (middle - 95, 705), (middle, 722), (middle + 95, 705), (middle + 150, 745)]
    hips += [(middle + 70, 775), (middle, 760), (middle - 70, 775)]
    sheet.shape(curve(hips), BONE, BONE_EDGE, 5)


def _bend(height):
    """A main curve above and a smaller one below it, to the other side."""
    if height < 0.6:
        return 56 * math.sin(math.pi * height / 0.6) ** 2
    return -24 * math.sin(math.pi * (height - 0.6) / 0.4) ** 2


def scoliosis():
    sheet = Sheet()
    column(sheet, 240, lambda height: 0)
    column(sheet, 720, _bend)
    sheet.title("Straight", 240)
    sheet.title("Curved", 720)
    sheet.label("Main curve", 925, 278, (780, 278))
    sheet.label("Smaller\ncurve", 925, 560, (706, 560))
    sheet.label("Hips", 925, 745, (860, 745))
    sheet.save("scoliosis.png")


def cauda_equina():
    sheet, x = Sheet(), 330
    for y in (60, 200, 340, 480, 620):
        block = [(190, 10), (150, 0), (-150, 0), (-190, 10), (-165, 96), (165, 96)]
        sheet.shape(rounded([(x + across, y + down) for across, down in block], 22), BONE, BONE_EDGE, 5)
    for y in (158, 298, 438, 578):
        block = [(158, 0), (-158, 0), (-158, 40), (158, 40)]
        sheet.shape(rounded([(x + across, y + down) for across, down in block], 16), RING, RING_EDGE, 5)
    sac = [(92, -20), (92, 640), (40, 770), (-40, 770), (-92, 640), (-92, -20)]
    sheet.shape(rounded([(x + across, y) for across, y in sac], 60), SAC, NERVE_EDGE, 4)
    for number in range(7):
        shift = (number - 3) * 21
        fall = [(0.4, 160), (0.7, 300), (1, 480), (0.92, 620), (0.5, 740)]
        sheet.cord([(x + shift * share, y) for share, y in fall], NERVE, NERVE_EDGE, 7)
    for side in (1, -1):
        for y in (300, 440, 580):
            leaving = [(60, -60), (92, 6), (200, 60)]
            sheet.cord([(x + side * across, y + down) for across, down in leaving], NERVE, NERVE_EDGE, 13)
    cone = [(-44, -30), (44, -30), (42, 130), (8, 255), (-8, 255), (-42, 130)]
    sheet.shape(rounded([(x + across, y) for across, y in cone], 14), NERVE, NERVE_EDGE, 5)
    sheet.label("End of the\nspinal cord", 720, 130, (x + 20, 180))
    sheet.label("Cauda equina:\nnerves to legs,\nbladder, bowels", 720, 350, (x + 42, 480))
    sheet.label("Nerve that\nleaves the spine", 720, 540, (x + 150, 534))
    sheet.label("Bones of the\nlower back", 720, 690, (x + 140, 660))
    sheet.save("cauda-equina.png")
