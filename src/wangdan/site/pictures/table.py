"""Drawings for the kitchen, the tea table and what keeps things in order."""

from wangdan.site.pictures.paint import (
    BARK,
    BRASS,
    CREAM,
    GLASS,
    INK,
    STEEL,
    WOOD,
    dot,
    faded,
    hanging,
    leaf,
    oval,
    rect,
    shadow,
    shape,
    stroke,
    turned,
)


def pan(m: str, s: str, w: str) -> str:
    """平底锅."""
    return (
        shadow(180, 326, 138) + stroke("M272 238 352 168", BARK, 20) + stroke("M318 198l30-26", WOOD, 9)
        + shape("M52 222h244l-16 70q-6 32-40 32H108q-34 0-40-32z", m)
        + faded(0.45, shape("M186 222h110l-16 70q-6 32-40 32h-74q32-48 20-102z", s)) + oval(174, 222, 122, 30, s) + oval(174, 224, 106, 22, INK)
        + oval(160, 226, 46, 12, CREAM) + dot(164, 223, 9, BRASS) + stroke("M140 176q-14-16 0-32t0-32M196 176q-14-16 0-32t0-32", w, 7)
    )  # fmt: skip


def pot(m: str, s: str, w: str) -> str:
    """砂锅."""
    return (
        shadow(200, 332, 140) + rect(46, 216, 44, 30, s, 14) + rect(310, 216, 44, 30, s, 14) + shape("M76 196h248v70q0 64-64 64H140q-64 0-64-64z", m)
        + faded(0.4, shape("M214 196h110v70q0 64-64 64h-60q36-60 14-134z", s)) + shape("M76 196q14-76 124-76t124 76z", w)
        + rect(66, 188, 268, 18, s, 9)
        + rect(178, 96, 44, 28, BRASS, 12) + faded(0.7, stroke("M116 172q18-30 52-34", CREAM, 8))
    )  # fmt: skip


def knife(m: str, s: str, w: str) -> str:
    """刀具."""
    block = shape("M104 330 132 170h136l28 160z", WOOD) + faded(0.4, shape("M206 170h62l28 160h-84z", BARK))
    handles = "".join(rect(x, y, 22, 178 - y, INK, 8) + dot(x + 11, y + 18, 4, BRASS) for x, y in ((146, 84), (178, 66), (210, 84), (240, 104)))
    return shadow(200, 334, 118) + handles + block + rect(122, 166, 156, 18, m, 6) + rect(164, 226, 72, 46, w, 6) + stroke("M180 250h40", s, 6)


def board(m: str, s: str, w: str) -> str:
    """砧板."""
    return (
        shadow(206, 330, 132) + rect(88, 108, 216, 214, WOOD, 26) + faded(0.35, rect(200, 108, 104, 214, BARK, 26)) + rect(172, 60, 56, 70, WOOD, 24)
        + dot(200, 88, 12, BARK)
        + faded(0.5, stroke("M112 160h92M112 196h60M112 284h110", BARK, 4)) + dot(236, 240, 40, "#c9604a")
        + shape("M236 200q-4-18 10-24 6 14-4 24z", m)
        + leaf(150, 254, 40, 15, m, -14) + leaf(158, 230, 34, 12, w, 12) + stroke("M116 262l76-18", s, 4)
    )  # fmt: skip


def bowl(m: str, s: str, w: str) -> str:
    """面碗."""
    return (
        shadow(200, 330, 112) + rect(152, 302, 96, 26, s, 8) + shape("M66 196h268q-4 112-134 112T66 196z", m)
        + faded(0.4, shape("M218 196h116q-4 100-110 111 34-50-6-111z", s))
        + oval(200, 196, 134, 34, w) + oval(200, 198, 116, 26, "#e9c98c") + stroke("M120 196q40-18 80 0t80 0M136 206q36-14 70 0t58 0", CREAM, 6)
        + leaf(166, 190, 20, 9, m, 20) + dot(240, 194, 15, CREAM) + dot(240, 194, 7, BRASS) + stroke("M238 60 282 186M262 56l38 124", BARK, 8)
    )  # fmt: skip


def plate(m: str, s: str, w: str) -> str:
    """餐盘."""
    return (
        shadow(200, 328, 146) + oval(200, 292, 150, 34, s) + oval(200, 284, 150, 34, m) + oval(200, 262, 138, 30, w) + oval(200, 254, 138, 30, CREAM)
        + oval(200, 232, 122, 27, s) + oval(200, 224, 122, 27, m) + oval(200, 222, 92, 18, w) + rect(150, 120, 14, 92, STEEL, 6)
        + stroke("M146 120v-36M157 120v-36M168 120v-36", STEEL, 6)
        + oval(246, 104, 17, 26, STEEL) + rect(240, 118, 12, 94, STEEL, 6)
    )  # fmt: skip


def teapot(m: str, s: str, w: str) -> str:
    """茶壶."""
    cups = "".join(shape(f"M{x} 272h56l-8 36q-4 16-20 16t-20-16z", CREAM) + oval(x + 28, 272, 28, 8, w) for x in (58, 288))
    return (
        shadow(200, 332, 156) + stroke("M268 186q60-8 52 50-6 36-54 40", s, 13) + shape("M142 210 84 172q-14-6-20 6l68 84z", m)
        + shape("M124 226q0-66 76-66t76 66q0 92-76 92t-76-92z", m) + faded(0.4, shape("M214 161q62 6 62 65 0 84-62 91 40-76 0-156z", s))
        + oval(200, 166, 46, 13, w)
        + dot(200, 146, 13, BRASS) + faded(0.6, stroke("M148 212q-6 34 12 62", CREAM, 7)) + cups
    )  # fmt: skip


def thermos(m: str, s: str, w: str) -> str:
    """保温壶."""
    return (
        shadow(200, 338, 88) + stroke("M254 152q66 0 60 74-4 44-62 44", BARK, 15) + shape("M140 136h120l10 176q2 24-22 24h-96q-24 0-22-24z", m)
        + faded(0.4, shape("M214 136h46l10 176q2 24-22 24h-46q24-100 12-200z", s)) + shape("M150 92h100l10 44H140z", s)
        + rect(170, 66, 60, 30, WOOD, 10)
        + rect(138, 132, 124, 12, w, 4) + rect(166, 216, 66, 40, CREAM, 6) + stroke("M182 236h34", m, 5)
    )  # fmt: skip


def box(m: str, s: str, w: str) -> str:
    """收纳箱."""
    return (
        shadow(200, 334, 140) + shape("M82 172h236l-14 144q-2 16-18 16H114q-16 0-18-16z", m)
        + faded(0.35, shape("M206 172h112l-14 144q-2 16-18 16h-84z", s))
        + rect(66, 146, 268, 32, w, 10) + rect(58, 160, 26, 44, s, 8) + rect(316, 160, 26, 44, s, 8) + rect(160, 222, 80, 44, CREAM, 6)
        + stroke("M176 244h48", s, 5)
        + rect(106, 100, 188, 46, s, 8) + rect(94, 88, 212, 18, m, 8) + rect(182, 118, 36, 8, w, 4)
    )  # fmt: skip


def drawers(m: str, s: str, w: str) -> str:
    """抽屉柜."""
    rows = "".join(rect(104, y, 192, 62, colour, 6) + rect(180, y + 26, 40, 8, BRASS, 4) for y, colour in ((86, w), (156, m), (226, w)))
    return (
        shadow(200, 340, 120)
        + stroke("M108 300v34M292 300v34", BARK, 12)
        + rect(92, 74, 216, 228, s, 10)
        + rows
        + rect(86, 62, 228, 16, WOOD, 5)
        + rect(120, 34, 40, 28, CREAM, 8)
        + leaf(132, 26, 14, 8, m, 50)
        + leaf(150, 24, 14, 8, m, -50)
    )


@hanging
def hanger(m: str, s: str, w: str) -> str:
    """衣架."""
    one = stroke("M200 128v-14q-18-8-14-28t22-14", STEEL, 7) + stroke("M200 128 92 216q-8 14 8 14h200q16 0 8-14z", WOOD, 15)
    shirt = shape("M176 142h48l72 60-30 34-18-14v112H152V222l-18 14-30-34z", m) + faded(0.4, shape("M206 142h18l72 60-30 34-18-14v112h-42z", s))
    return faded(0.35, turned(7, 200, 70, one)) + one + shirt + shape("M176 142q24 30 48 0z", w) + rect(220, 230, 26, 30, w, 4)


def jar(m: str, s: str, w: str) -> str:
    """密封罐."""
    return (
        shadow(200, 334, 124) + rect(84, 150, 116, 182, GLASS, 20) + shape("M92 216h100v92q0 16-16 16h-68q-16 0-16-16z", m)
        + rect(80, 128, 124, 30, WOOD, 10)
        + rect(216, 196, 100, 136, GLASS, 18) + shape("M223 250h86v60q0 14-14 14h-58q-14 0-14-14z", w) + rect(212, 176, 108, 26, WOOD, 9)
        + rect(112, 246, 60, 34, CREAM, 5)
        + stroke("M126 263h32", s, 5) + rect(242, 268, 48, 28, CREAM, 4) + stroke("M252 282h28", s, 4)
        + faded(0.8, stroke("M102 176v28M232 218v20", CREAM, 7))
    )  # fmt: skip


@hanging
def hooks(m: str, s: str, w: str) -> str:
    """挂钩."""
    pegs = "".join(rect(x - 7, 120, 14, 30, BRASS, 7) + dot(x, 152, 11, BRASS) for x in (104, 168, 232, 296))
    return (
        faded(0.1, rect(70, 108, 272, 60, INK, 14)) + rect(62, 96, 276, 56, WOOD, 14) + pegs + shape("M88 160h32l24 150q-40 20-80 0z", m)
        + stroke("M104 158q-22 24-14 52", s, 6)
        + stroke("M168 160v62", s, 5) + dot(168, 244, 22, w) + dot(168, 244, 10, CREAM) + shape("M232 158q38 8 46 78H196q4-62 36-78z", w)
        + oval(236, 238, 60, 12, m)
        + stroke("M296 160v40", INK, 4) + rect(286, 198, 20, 52, STEEL, 8) + dot(296, 196, 12, STEEL)
    )  # fmt: skip


def trolley(m: str, s: str, w: str) -> str:
    """小推车."""
    shelves = "".join(rect(112, y, 176, 34, m, 8) + faded(0.4, rect(200, y, 88, 34, s, 8)) for y in (132, 206, 280))
    return (
        shadow(200, 344, 106) + stroke("M118 104v222M282 104v222", INK, 8) + stroke("M118 104q0-20 20-20h124q20 0 20 20", INK, 8)
        + rect(134, 96, 26, 40, w, 6) + rect(166, 110, 34, 26, CREAM, 4)
        + dot(238, 118, 20, WOOD) + rect(132, 176, 60, 32, CREAM, 4) + rect(204, 166, 28, 42, w, 4) + rect(240, 182, 34, 26, WOOD, 4) + shelves
        + dot(124, 334, 11, INK) + dot(276, 334, 11, INK)
    )  # fmt: skip


def monstera(m: str, s: str, w: str) -> str:
    """龟背竹."""
    big = shape("M0 0q-46-16-40-62 14-40 48-40t44 42q2 44-52 60zM-14-44q14 2 22 8M30-66q-14 2-22 10", m) + stroke("M0 0q2-50 8-92", s, 4)
    spread = "".join(
        f'<g transform="translate({x} {y}) rotate({turn}) scale({size})">{big}</g>'
        for x, y, turn, size in ((150, 164, -38, 1), (246, 158, 34, 1.05), (198, 138, -2, 1.15))
    )
    return (
        shadow(200, 340, 84) + stroke("M200 246q-6-60-50-86M200 246q0-60-2-110M200 246q10-60 46-90", s, 6) + spread + leaf(122, 214, 30, 15, w, 24)
        + leaf(282, 218, 30, 15, w, -24)
        + shape("M140 238h120l-14 82q-4 18-24 18h-44q-20 0-24-18z", CREAM) + faded(0.5, shape("M210 238h50l-14 82q-4 18-24 18h-20q16-50 8-100z", w))
        + rect(132, 228, 136, 18, w, 8)
    )  # fmt: skip


def cactus(m: str, s: str, w: str) -> str:
    """多肉."""
    spikes = "".join(stroke(f"M{x} {y}l6 8", CREAM, 3) for x, y in ((186, 120), (208, 150), (184, 178), (212, 204), (140, 196), (258, 176)))
    pots = (
        rect(148, 248, 104, 84, s, 12)
        + rect(140, 238, 120, 20, w, 8)
        + shape("M54 268h76l-8 56q-2 10-12 10H74q-10 0-12-10z", CREAM)
        + shape("M276 276h70l-8 48q-2 10-12 10h-30q-10 0-12-10z", CREAM)
    )
    return (
        shadow(200, 338, 152) + rect(168, 84, 64, 164, m, 32) + stroke("M172 214h-28q-14 0-14-18v-26", m, 28)
        + stroke("M228 196h18q14 0 14-18v-22", m, 26) + spikes + dot(200, 84, 11, "#d98c7a") + pots
        + "".join(leaf(92 + x, 262 - abs(x) // 3, 11, 24, m if x % 2 else w, x * 2) for x in (-25, -12, 0, 13, 25))
        + "".join(leaf(311 + x, 268, 9, 22, w, x * 3) for x in (-16, -5, 6, 17))
    )  # fmt: skip


def wateringcan(m: str, s: str, w: str) -> str:
    """洒水壶."""
    return (
        shadow(206, 332, 128) + stroke("M166 176q4-76 74-76 60 0 62 84", s, 14) + shape("M130 232 66 138l16-12 76 60z", m)
        + turned(-38, 66, 130, rect(42, 116, 54, 20, w, 8))
        + shape("M130 172h156l16 138q2 20-20 20H136q-22 0-20-20z", m) + faded(0.4, shape("M216 172h70l16 138q2 20-20 20h-74q24-80 8-158z", s))
        + oval(208, 172, 78, 15, w)
        + faded(0.6, stroke("M148 204q-8 44-6 92", CREAM, 8)) + stroke("M52 170v18M38 158v18M30 184v14", STEEL, 5)
    )  # fmt: skip


@hanging
def painting(m: str, s: str, w: str) -> str:
    """挂画."""
    return (
        faded(0.1, rect(92, 66, 232, 276, INK, 4)) + rect(84, 56, 232, 276, WOOD, 4) + rect(98, 70, 204, 248, CREAM) + rect(122, 94, 156, 200, w)
        + dot(236, 146, 26, BRASS)
        + shape("M122 246q40-64 78-32 38-48 78-6v86H122z", m) + shape("M122 272q56-40 156 0v22H122z", s)
        + faded(0.8, stroke("M150 168h24M142 184h18", CREAM, 5))
    )  # fmt: skip


def candle(m: str, s: str, w: str) -> str:
    """香薰蜡烛."""
    return (
        faded(0.2, dot(172, 140, 84, BRASS)) + shadow(200, 334, 126) + shape("M172 96q24 28 0 52-24-24 0-52z", BRASS) + stroke("M172 150v24", INK, 5)
        + rect(100, 172, 144, 160, m, 20)
        + faded(0.4, rect(186, 172, 58, 160, s, 20)) + oval(172, 176, 72, 15, CREAM) + rect(132, 226, 80, 56, CREAM, 6)
        + stroke("M148 246h48M156 262h32", s, 5)
        + rect(262, 272, 70, 60, WOOD, 8) + rect(270, 256, 54, 18, w, 6) + stroke("M280 286h34", BARK, 5)
    )  # fmt: skip
