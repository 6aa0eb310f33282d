"""The sixteen drawings of the first sheet, and the hand all later ones copy."""

from wangdan.site.pictures.paint import BARK, BRASS, CREAM, INK, WOOD, dot, faded, hanging, leaf, oval, rect, shadow, shape, stroke, turned


def armchair(m: str, s: str, w: str) -> str:
    """单人椅."""
    return (
        shadow(200, 336, 128) + stroke("M124 282 112 334M276 282l12 52", BARK, 9) + shape("M122 132q0-38 38-38h80q38 0 38 38v96H122z", m)
        + faded(0.35, shape("M200 94h40q38 0 38 38v96h-78z", s)) + rect(132, 214, 136, 48, w, 18) + rect(132, 240, 136, 40, m, 10)
        + rect(92, 180, 46, 106, s, 22) + rect(262, 180, 46, 106, s, 22) + rect(138, 264, 124, 22, s, 4)
        + turned(-7, 200, 178, rect(170, 150, 60, 56, CREAM, 12))
    )  # fmt: skip


def sidetable(m: str, s: str, w: str) -> str:
    """边几."""
    return (
        shadow(200, 338, 104) + stroke("M150 206 122 334M250 206l28 128M200 210v122", WOOD, 10) + stroke("M136 276h128", BARK, 7)
        + rect(96, 190, 208, 20, m, 10) + rect(96, 200, 208, 10, s, 5) + rect(208, 168, 72, 10, s, 2) + rect(214, 156, 64, 12, w, 2)
        + shape("M132 148h44l-6 42h-32z", CREAM) + stroke("M154 148q-4-26-24-36M154 148q0-36 10-50M154 148q8-20 28-26", m, 5)
        + leaf(126, 108, 12, 8, m, 35) + oval(167, 92, 8, 13, m) + leaf(188, 118, 12, 8, m, -20)
    )  # fmt: skip


def floorlamp(m: str, s: str, w: str) -> str:
    """落地灯."""
    return (
        faded(0.16, shape("M150 150 96 338h208L250 150z", BRASS)) + shadow(200, 340, 70, 8) + stroke("M200 150v184", INK, 6)
        + rect(156, 328, 88, 12, INK, 6) + shape("M160 56h80l28 96H132z", m) + faded(0.45, shape("M206 56h34l28 96h-52z", s))
        + rect(132, 146, 136, 9, w, 4) + stroke("M232 156v34", BRASS, 3) + dot(232, 194, 5, BRASS)
    )  # fmt: skip


def desklamp(m: str, s: str, w: str) -> str:
    """台灯."""
    return (
        faded(0.18, shape("M214 152 120 332h210l-44-148z", BRASS)) + shadow(170, 334, 110) + stroke("M138 318 116 216 206 128", INK, 8)
        + dot(116, 216, 10, BRASS) + dot(206, 128, 10, BRASS) + shape("M196 112q42-22 78 10l26 58-112 6q-12-46 8-74z", m)
        + faded(0.5, shape("M248 112q16 4 26 16l26 52-40 2z", s)) + shape("M188 186q56 22 112-6z", w) + rect(86, 316, 104, 18, s, 9)
    )  # fmt: skip


def bookshelf(m: str, s: str, w: str) -> str:
    """书架."""
    out = shadow(200, 350, 122, 8) + rect(96, 60, 208, 286, WOOD, 6) + rect(108, 72, 184, 262, "#e8d6bf")
    out += "".join(rect(96, y, 208, 12, BARK) for y in (152, 238, 324))
    books = ((118, 96, 18, m, 152), (138, 88, 14, w, 152), (154, 102, 20, s, 152), (176, 92, 14, CREAM, 152))
    books += ((118, 180, 16, w, 238), (136, 174, 20, INK, 238), (158, 186, 14, m, 238))
    out += "".join(rect(x, y, wide, end - y, colour, 2) for x, y, wide, colour, end in books)
    out += shape("M236 152q-16-20 4-44 24 20 8 44z", m) + rect(228, 132, 28, 20, CREAM, 4)
    out += dot(240, 214, 24, s) + rect(222, 226, 36, 12, s, 3) + rect(120, 276, 72, 48, w, 6) + stroke("M146 296h20", s, 5)
    return out + rect(210, 300, 68, 12, m, 2) + rect(216, 312, 62, 12, CREAM, 2)


def blanket(m: str, s: str, w: str) -> str:
    """盖毯."""
    out = shadow(200, 324, 132)
    for at, (colour, x, wide) in enumerate(((s, 84, 232), (m, 92, 218), (w, 98, 206), (m, 104, 192))):
        y = 272 - at * 46
        seam = s if colour == w else CREAM
        out += rect(x, y, wide, 48, colour, 20) + faded(0.45, stroke(f"M{x + wide - 26} {y + 24}h-{wide - 60}", seam, 3))
    fringe = faded(0.8, "".join(stroke(f"M{x} 186v20", CREAM, 4) for x in range(116, 286, 14)))
    return out + fringe + faded(0.28, rect(160, 128, 80, 200, BRASS, 3)) + rect(178, 206, 44, 30, CREAM, 4)


def cushion(m: str, s: str, w: str) -> str:
    """抱枕."""
    return (
        shadow(200, 332, 124) + shape("M96 112q104 22 208 0 18 104 0 208-104-18-208 0-18-104 0-208z", m)
        + faded(0.3, shape("M304 112q18 104 0 208-52-9-104-9V123q52 0 104-11z", s))
        + stroke("M132 150q68 14 136 0M124 188q76 14 152 0M122 226q78 14 156 0M126 264q74 13 148 0", w, 9)
        + "".join(dot(x, y, 9, CREAM) for x, y in ((96, 112), (304, 112), (96, 320), (304, 320)))
    )  # fmt: skip


def cup(m: str, s: str, w: str) -> str:
    """陶杯."""
    return (
        shadow(196, 326, 118) + stroke("M266 196q58-6 54 42t-66 44", s, 18) + shape("M108 160h172l-12 134q-4 28-32 28h-84q-28 0-32-28z", m)
        + faded(0.4, shape("M214 160h66l-12 134q-4 28-32 28h-40q22-60 18-162z", s)) + oval(194, 160, 86, 22, w) + oval(194, 163, 72, 15, BARK)
        + faded(0.85, shape("M116 226q78 26 160-4l-2 30q-80 26-156 4z", CREAM)) + stroke("M168 118q-14-18 0-36t0-34M214 118q-14-18 0-36t0-34", w, 7)
    )  # fmt: skip


def kettle(m: str, s: str, w: str) -> str:
    """手冲壶."""
    return (
        shadow(200, 332, 120) + stroke("M128 142q-8-80 76-80t78 80", INK, 13) + shape("M126 214 66 158q-10-10 2-14h22l44 30z", s)
        + shape("M118 190q0-58 86-58t86 58l14 110q4 30-28 30H132q-32 0-28-30z", m)
        + faded(0.4, shape("M222 133q68 6 68 57l14 110q4 30-28 30h-46q26-90-8-197z", s)) + oval(204, 136, 46, 12, w) + dot(204, 122, 12, BRASS)
        + faded(0.5, stroke("M142 208q-14 46-12 84", CREAM, 8))
    )  # fmt: skip


def vase(m: str, s: str, w: str) -> str:
    """花瓶."""
    leaves = ((140, 70, 40, m), (160, 104, 10, w), (222, 56, -70, m), (232, 100, -40, w), (278, 118, -14, m), (196, 130, 60, m), (244, 142, -6, w))
    return (
        shadow(200, 342, 82) + stroke("M200 196Q190 110 140 70M200 196q0-90 22-140M200 196q22-60 78-78", s, 5)
        + "".join(leaf(x, y, 26, 13, colour, angle) for x, y, angle, colour in leaves)
        + shape("M166 186h68q2 30 26 58t16 62q-6 36-44 36h-64q-38 0-44-36-8-34 16-62t26-58z", CREAM)
        + faded(0.5, shape("M206 186h28q2 30 26 58t16 62q-6 36-44 36h-24q44-70-2-156z", w)) + rect(160, 180, 80, 14, w, 7)
        + stroke("M138 286q62 16 124 0", m, 8)
    )  # fmt: skip


def headphones(m: str, s: str, w: str) -> str:
    """头戴式耳机."""
    return (
        shadow(200, 334, 120) + stroke("M104 238v-30q0-108 96-108t96 108v30", INK, 22) + stroke("M112 180q18-66 88-66t88 66", w, 6)
        + rect(78, 210, 66, 110, m, 30) + rect(256, 210, 66, 110, m, 30) + rect(122, 216, 30, 98, s, 14) + rect(248, 216, 30, 98, s, 14)
        + rect(90, 240, 12, 50, w, 6) + rect(298, 240, 12, 50, w, 6)
    )  # fmt: skip


def phonestand(m: str, s: str, w: str) -> str:
    """手机支架."""
    phone = rect(130, 62, 124, 222, INK, 18) + rect(138, 72, 108, 202, w, 10) + rect(150, 96, 84, 74, m, 8) + rect(150, 182, 84, 10, CREAM, 5)
    phone += rect(150, 202, 54, 10, CREAM, 5) + rect(150, 236, 84, 22, s, 11)
    return (
        shadow(204, 336, 116) + rect(104, 314, 192, 20, s, 10) + shape("M182 314h44l20-110h-42z", m) + shape("M150 276h112l8 26H142z", m)
        + turned(-8, 190, 190, phone) + shape("M126 286h124l-4 20H122z", s)
    )  # fmt: skip


def speaker(m: str, s: str, w: str) -> str:
    """音箱."""
    return (
        shadow(200, 338, 110) + rect(112, 74, 176, 262, m, 34) + faded(0.35, shape("M210 74h44q34 0 34 34v194q0 34-34 34h-44z", s))
        + dot(200, 244, 62, s) + dot(200, 244, 48, INK) + dot(200, 244, 18, w) + dot(200, 138, 34, s) + dot(200, 138, 22, INK)
        + dot(200, 138, 8, w) + rect(178, 58, 44, 20, BRASS, 8) + dot(254, 104, 5, BRASS)
    )  # fmt: skip


def keyboard(m: str, s: str, w: str) -> str:
    """键盘."""
    out = shadow(200, 296, 158) + rect(48, 150, 304, 140, s, 18) + rect(48, 144, 304, 136, m, 18)
    for row, column in ((row, column) for row in range(4) for column in range(10)):
        if row == 3 and column in range(2, 7):  # noqa: PLR2004 - the space bar
            continue
        key = BRASS if (row, column) == (0, 0) else w if (row + column) % 7 == 3 else CREAM  # noqa: PLR2004 - every seventh key
        out += rect(64 + column * 27.6, 160 + row * 27, 23, 22, key, 5)
    return out + rect(119.2, 241, 133.4, 22, CREAM, 5)


@hanging
def clock(m: str, s: str, w: str) -> str:  # noqa: ARG001 - a motif's shape
    """挂钟."""
    ticks = "".join(turned(angle, 200, 196, stroke("M200 92v12", s, 7 if angle % 90 == 0 else 4)) for angle in range(0, 360, 30))
    return (
        faded(0.1, dot(208, 206, 128, INK)) + dot(200, 196, 128, WOOD) + dot(200, 196, 114, CREAM) + ticks + stroke("M200 196v-62", m, 9)
        + stroke("M200 196l50 30", m, 9) + stroke("M200 196l-34 58", BRASS, 4) + dot(200, 196, 9, s)
    )  # fmt: skip


def basket(m: str, s: str, w: str) -> str:
    """编织篮."""
    out = shadow(200, 334, 124) + stroke("M132 164q0-52 68-52t68 52", BARK, 12)
    out += shape("M92 160q60-44 108-10 50-40 108 10v20H92z", w) + shape("M84 166h232l-24 150q-2 16-20 16H128q-18 0-20-16z", m)
    for at, y in enumerate(range(190, 326, 26)):
        inset = at * 4.2
        out += stroke(f"M{98 + inset + at % 2 * 16:g} {y}H{302 - inset:g}", s, 5, "20 13")
    return out + rect(78, 156, 244, 22, s, 11) + rect(172, 222, 56, 34, CREAM, 5)
