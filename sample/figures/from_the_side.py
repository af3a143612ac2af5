"""Figures of the spine cut down the middle and seen from the side: the front of the body is on the left."""

from sheet import (
    BONE,
    BONE_EDGE,
    CENTER,
    CENTER_EDGE,
    NERVE,
    NERVE_EDGE,
    PRESSED,
    RING,
    RING_EDGE,
    SAC,
    Sheet,
    curve,
    rounded,
)  # fmt: skip

FLUID, FLUID_EDGE = "#bfe3f2", "#2b7ba0"
METAL, METAL_EDGE = "#c3ccd1", "#4d5b63"
TUMOR, TUMOR_EDGE = "#d9a3b8", "#8d3158"


def body(sheet, x, y, width=200, height=130, front=None, fill=BONE, edge=BONE_EDGE):
    """The block of a vertebra, its upper front corner at (x, y); `front` is its height there if it has lost some."""
    drop = height - (front or height)
    corners = [(x, y + drop), (x + width, y), (x + width - 8, y + height / 2), (x + width, y + height)]
    corners += [(x, y + height), (x + 10, y + (height + drop) / 2)]
    sheet.shape(rounded(corners, 22), fill, edge, 5)


def disc(sheet, x, y, width=200, height=46, bulge=0):
    corners = [(x - 6, y), (x + width + 6, y), (x + width + 6, y + height), (x - 6, y + height)]
    if bulge:
        corners[2:2] = [(x + width + 6 + bulge, y + height / 2)]
    sheet.shape(rounded(corners, 20), RING, RING_EDGE, 5)


def spine_at_the_back(sheet, x, y):
    """The part of a vertebra behind the canal, which one can feel under the skin."""
    sheet.shape(
        rounded([(x, y), (x + 60, y + 4), (x + 165, y + 62), (x + 150, y + 100), (x + 4, y + 62)], 20),
        BONE,
        BONE_EDGE,
        5,
    )


def canal(sheet, left, right):
    """The canal between two lines of points."""
    sheet.shape([*left, *reversed(right)], SAC)
    for line in (left, right):
        sheet.path(line, NERVE_EDGE, 4)


def cord(sheet, points, width=44):
    sheet.cord(points, NERVE, NERVE_EDGE, width)


def compression_fracture():
    sheet, x = Sheet(), 150
    for y, front in ((70, 130), (246, 78), (422, 130), (598, 130)):
        body(sheet, x, y, front=front)
        spine_at_the_back(sheet, x + 300, y + 40)
    for y in (200, 376, 552):
        disc(sheet, x, y)
    canal(sheet, [(x + 216, -20), (x + 216, 820)], [(x + 290, -20), (x + 290, 820)])
    cord(sheet, [(x + 253, -20), (x + 253, 820)])
    sheet.path(curve([(x + 18, 318), (x + 50, 306), (x + 80, 322), (x + 116, 300)], closed=False), PRESSED, 6)
    sheet.label("Healthy bone", 700, 120, (x + 150, 135))
    sheet.label("Bone that has\nlost height\nin front", 700, 290, (x + 116, 304))
    sheet.label("Disc", 700, 450, (x + 150, 400))
    sheet.label("Spinal cord", 700, 570, (x + 256, 560))
    sheet.save("compression-fracture.png")


def slipped_vertebra():
    sheet, x = Sheet(), 230
    for y, shift in ((70, -70), (246, -70), (422, 0), (598, 0)):
        body(sheet, x + shift, y)
        spine_at_the_back(sheet, x + 320 + shift, y + 40)
    for y, shift in ((200, -70), (376, -35), (552, 0)):
        disc(sheet, x + shift, y)
    front = [(146, -20), (146, 330), (156, 388), (208, 424), (218, 480), (218, 820)]
    back = [(236, -20), (236, 370), (246, 424), (296, 480), (308, 560), (308, 820)]
    canal(sheet, *(curve([(x + across, y) for across, y in line], closed=False) for line in (front, back)))
    for shift in (-1, 1):
        nerve = [(191 + 18 * shift, -20), (191 + 18 * shift, 300), (204 + 9 * shift, 390), (234 + 7 * shift, 440)]
        nerve += [(262 + 16 * shift, 540), (263 + 18 * shift, 820)]
        sheet.cord([(x + across, y) for across, y in nerve], NERVE, NERVE_EDGE, 10)
    sheet.path([(x - 150, 311), (x - 88, 311)], PRESSED, 6)
    sheet.path([(x - 128, 296), (x - 150, 311), (x - 128, 326)], PRESSED, 6)
    sheet.label("This bone has\nslipped forward", 760, 180, (x + 60, 310))
    sheet.label("Nerves have\nless room here", 760, 350, (x + 226, 420))
    sheet.label("Disc", 760, 490, (x + 60, 400))
    sheet.label("Bone below", 760, 610, (x + 150, 500))
    sheet.save("slipped-vertebra.png")


def tumor_in_a_vertebra():
    sheet, x = Sheet(), 150
    for y in (70, 246, 422, 598):
        body(sheet, x, y)
        spine_at_the_back(sheet, x + 320, y + 40)
    for y in (200, 376, 552):
        disc(sheet, x, y)
    canal(sheet, [(x + 216, -20), (x + 216, 820)], [(x + 312, -20), (x + 312, 820)])
    cord(sheet, [(x + 262, -20), (x + 262, 220), (x + 290, 300), (x + 290, 330), (x + 262, 420), (x + 262, 820)], 36)
    blob = [
        (x + 90, 290),
        (x + 130, 262),
        (x + 205, 262),
        (x + 262, 300),
        (x + 262, 335),
        (x + 205, 366),
        (x + 130, 362),
    ]
    sheet.shape(curve(blob), TUMOR, TUMOR_EDGE, 6)
    sheet.path(curve([(x + 270, 290), (x + 276, 316), (x + 270, 342)], closed=False), PRESSED, 7)
    sheet.label("Bone", 700, 130, (x + 150, 135))
    sheet.label("Tumor in\nthe bone", 700, 250, (x + 150, 310))
    sheet.label("It presses on\nthe spinal cord", 700, 400, (x + 284, 330))
    sheet.label("Spinal cord\nwith room", 700, 570, (x + 262, 620))
    sheet.save("tumor-in-a-vertebra.png")


def pressure_in_the_neck():
    sheet, x = Sheet(), 190
    for y in (60, 186, 312, 438, 564, 690):
        body(sheet, x, y, width=150, height=92)
        spine_at_the_back(sheet, x + 262, y + 8)
    for y, bulge in ((152, 2), (278, 4), (404, 34), (530, 30), (656, 4)):
        disc(sheet, x, y, width=150, height=34, bulge=bulge)
    for y in (404, 438, 530, 564):
        sheet.shape(rounded([(x + 128, y - 10), (x + 172, y), (x + 128, y + 14)], 8), BONE, BONE_EDGE, 4)
    front = [(166, -20), (166, 380), (188, 420), (168, 470), (168, 510), (184, 547), (166, 590), (166, 820)]
    back = [(252, -20), (252, 390), (238, 420), (252, 450), (252, 520), (238, 548), (252, 580), (252, 820)]
    canal(sheet, *(curve([(x + across, y) for across, y in line], closed=False) for line in (front, back)))
    between = [(210, -20), (210, 370), (214, 420), (210, 480), (212, 548), (208, 620), (208, 820)]
    cord(sheet, [(x + across, y) for across, y in between], 38)
    for y in (420, 548):
        sheet.path([(x + 190, y - 16), (x + 196, y), (x + 190, y + 16)], PRESSED, 7)
    sheet.label("Bones of\nthe neck", 700, 110, (x + 110, 110))
    sheet.label("Spinal cord", 700, 240, (x + 212, 250))
    sheet.label("Discs and bone\nspurs press\non the cord", 700, 420, (x + 184, 420))
    sheet.label("Healthy disc", 700, 610, (x + 90, 672))
    sheet.save("pressure-in-the-neck.png")


def pocket_in_the_cord():
    sheet, x = Sheet(), 150
    for y in (60, 206, 352, 498, 644):
        body(sheet, x, y, width=150, height=108)
        spine_at_the_back(sheet, x + 322, y + 12)
    for y in (168, 314, 460, 606):
        disc(sheet, x, y, width=150, height=38)
    canal(sheet, [(x + 168, -20), (x + 168, 820)], [(x + 312, -20), (x + 312, 820)])
    edge = [
        (x + 218, -20),
        (x + 216, 200),
        (x + 192, 300),
        (x + 186, 420),
        (x + 196, 540),
        (x + 218, 640),
        (x + 220, 820),
    ]
    back = [
        (x + 262, -20),
        (x + 264, 200),
        (x + 288, 300),
        (x + 294, 420),
        (x + 284, 540),
        (x + 262, 640),
        (x + 260, 820),
    ]
    front_line, back_line = curve(edge, closed=False), curve(back, closed=False)
    sheet.shape([*front_line, *reversed(back_line)], NERVE)
    for line in (front_line, back_line):
        sheet.path(line, NERVE_EDGE, 4)
    sheet.oval(x + 240, 420, 30, 190, FLUID, FLUID_EDGE, 5)
    sheet.label("Bone", 700, 120, (x + 100, 115))
    sheet.label("Spinal cord", 700, 230, (x + 250, 130))
    sheet.label("Pocket of fluid\nin the cord", 700, 390, (x + 250, 410))
    sheet.label("Its wall is\nstretched thin", 700, 560, (x + 282, 520))
    sheet.save("pocket-in-the-cord.png")


def fusion():
    sheet, x = Sheet(), 200
    for y in (80, 256, 432, 608):
        body(sheet, x, y)
    for y in (210, 562):
        disc(sheet, x, y)
    sheet.shape(rounded([(x + 22, 384), (x + 178, 384), (x + 178, 434), (x + 22, 434)], 10), CENTER, CENTER_EDGE, 5)
    for y in (320, 496):
        sheet.path([(x + 70, y), (x + 330, y + 6)], METAL_EDGE, 26)
        sheet.path([(x + 70, y), (x + 330, y + 6)], METAL, 18)
        sheet.oval(x + 338, y + 7, 26, 26, METAL, METAL_EDGE, 5)
    sheet.path([(x + 338, 268), (x + 338, 560)], METAL_EDGE, 30)
    sheet.path([(x + 338, 272), (x + 338, 556)], METAL, 21)
    sheet.label("Disc that\nstill moves", 720, 140, (x + 150, 232))
    sheet.label("Screws in\nthe bone", 720, 290, (x + 180, 322))
    sheet.label("New bone will\ngrow here", 720, 430, (x + 150, 410))
    sheet.label("Rod that holds\nboth bones", 720, 580, (x + 342, 530))
    sheet.save("fusion.png")


def cement_in_a_vertebra():
    sheet = Sheet()
    for x, words, front in ((130, "Before", 70), (730, "After", 104)):
        for y, height in ((110, 130), (286, front), (462, 130)):
            body(sheet, x, y, front=height)
        for y in (240, 416):
            disc(sheet, x, y)
        sheet.title(words, x + 100)
        if words == "After":
            blob = [(x + 36, 360), (x + 80, 322), (x + 140, 316), (x + 168, 350), (x + 140, 388), (x + 76, 392)]
            sheet.shape(curve(blob), METAL, METAL_EDGE, 5)
    sheet.label("Broken\nbone", 400, 356, (270, 356))
    sheet.label("Cement", 975, 356, (850, 356))
    sheet.label("The cement props up the bone from inside.", 90, 700)
    sheet.save("cement-in-a-vertebra.png")
