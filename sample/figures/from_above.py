"""Figures of the spine seen from above: the front of the body is at the top."""

from sheet import (
    BONE,
    BONE_EDGE,
    CENTER,
    CENTER_EDGE,
    INK,
    NERVE,
    NERVE_EDGE,
    PRESSED,
    RING,
    RING_EDGE,
    RING_LINE,
    SAC,
    Sheet,
    curve,
    mirrored,
)  # fmt: skip


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
        sheet.title(words, x)
    sheet.label("Disc", 550, 120, (480, 230))
    sheet.label("Nerves", 532, 412, (350, 500))
    sheet.label("Bone", 540, 720, (372, 640))
    sheet.save("spinal-stenosis.png")


def laminectomy():
    sheet = Sheet()
    for x, words in ((275, "Before"), (925, "After")):
        disc_from_above(sheet, x)
        if words == "Before":
            arch(sheet, x, 62)
        else:
            for side in (1, -1):
                stump = [(110, 430), (170, 415), (235, 455), (262, 520), (225, 585), (165, 600), (120, 540)]
                sheet.shape(curve([(x + side * px, py) for px, py in stump]), BONE, BONE_EDGE, 5)
        sac(sheet, x, 505, *((52, 40) if words == "Before" else (98, 74)))
        sheet.title(words, x)
    sheet.label("Disc", 550, 120, (480, 230))
    sheet.label("Nerves", 532, 400, (300, 500))
    sheet.label("Bone", 545, 560, (420, 560))
    sheet.label("The roof of the\ncanal is gone", 745, 700)
    sheet.path([(925, 650), (925, 598)], INK, 2.5)
    sheet.oval(925, 598, 6, 6, INK)
    sheet.save("laminectomy.png")
