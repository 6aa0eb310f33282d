"""Drawings of what one washes with, carries, writes and plays with."""

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


def dispenser(m: str, s: str, w: str) -> str:
    """洗手液."""
    return (
        shadow(200, 336, 122) + stroke("M150 100h-44", INK, 13) + rect(142, 92, 40, 18, INK, 8) + rect(154, 106, 16, 40, STEEL)
        + rect(132, 140, 60, 24, s, 8) + rect(104, 160, 116, 172, m, 26)
        + faded(0.4, rect(166, 160, 54, 172, s, 26)) + rect(122, 214, 80, 66, CREAM, 6) + stroke("M138 236h48M146 256h32", m, 5)
        + rect(238, 218, 88, 114, GLASS, 18) + rect(246, 258, 72, 68, w, 14)
        + rect(256, 196, 52, 26, WOOD, 8)
    )  # fmt: skip


def toothbrush(m: str, s: str, w: str) -> str:
    """牙刷杯."""
    brush = rect(150, 66, 14, 180, m, 7) + rect(164, 72, 15, 44, CREAM, 3)
    other = rect(228, 74, 14, 180, BARK, 7) + rect(213, 80, 15, 44, w, 3)
    return (
        shadow(200, 334, 100) + turned(-10, 160, 240, brush) + turned(9, 236, 240, other)
        + shape("M128 196h144l-12 118q-2 18-20 18h-80q-18 0-20-18z", CREAM)
        + faded(0.5, shape("M208 196h64l-12 118q-2 18-20 18h-38q18-70 6-136z", w)) + rect(122, 188, 156, 16, w, 8)
        + stroke("M140 250q60 18 120 0", m, 8) + faded(0.8, stroke("M144 282q56 16 112 0", s, 5))
    )  # fmt: skip


def hairdryer(m: str, s: str, w: str) -> str:
    """吹风机."""
    return (
        shadow(206, 334, 118) + stroke("M236 320q70 22 104-18", INK, 7) + shape("M196 206h58l20 104q4 20-16 20h-28q-16 0-18-16z", s)
        + rect(92, 96, 226, 118, m, 59)
        + faded(0.4, shape("M220 96h40q58 0 58 59t-58 59h-40q36-60 0-118z", s)) + rect(62, 112, 48, 86, INK, 12) + dot(264, 155, 34, w)
        + dot(264, 155, 20, CREAM) + dot(264, 155, 7, s)
        + rect(222, 240, 20, 34, w, 8) + faded(0.8, stroke("M128 128q34-16 76-14", CREAM, 7))
    )  # fmt: skip


def brush(m: str, s: str, w: str) -> str:
    """清洁刷."""
    bristles = "".join(stroke(f"M{x} 276l{(x - 136) // 12} 50", CREAM if x % 3 else w, 7) for x in range(84, 196, 9))
    return (
        shadow(204, 334, 138) + bristles + shape("M70 236q66-30 136 0l-6 48H76z", m) + faded(0.4, shape("M140 225q36 0 66 11l-6 48h-66z", s))
        + turned(28, 170, 190, rect(154, 58, 28, 190, WOOD, 14), dot(168, 78, 6, BARK))
        + rect(240, 246, 92, 84, GLASS, 12) + rect(248, 274, 76, 50, w, 8) + rect(266, 214, 40, 34, s, 6) + stroke("M266 222h-26", s, 9)
    )  # fmt: skip


def laundry(m: str, s: str, w: str) -> str:
    """脏衣篮."""
    holes = "".join(rect(x, y, 12, 26, s, 6) for y in (196, 238, 280) for x in range(118, 280, 26))
    return (
        shadow(200, 338, 116) + shape("M96 142q30-44 62-18 26-40 58-6 42-26 88 24z", w) + shape("M152 140q30-52 70-2z", CREAM)
        + shape("M88 146h224l-18 172q-2 18-20 18H126q-18 0-20-18z", m) + holes
        + rect(80, 134, 240, 24, s, 12) + rect(170, 140, 60, 10, w, 5)
    )  # fmt: skip


def backpack(m: str, s: str, w: str) -> str:
    """双肩包."""
    return (
        shadow(200, 338, 118) + stroke("M170 84q0-30 30-30t30 30", INK, 10) + rect(76, 190, 40, 118, s, 18) + rect(284, 190, 40, 118, s, 18)
        + rect(104, 74, 192, 262, m, 56)
        + faded(0.35, shape("M210 74h30q56 0 56 56v150q0 56-56 56h-30z", s)) + rect(126, 206, 148, 110, s, 18) + stroke("M142 236h116", w, 5)
        + rect(190, 230, 20, 28, BRASS, 5)
        + stroke("M130 142q70-26 140 0", w, 6) + rect(172, 104, 56, 22, CREAM, 5)
    )  # fmt: skip


def tote(m: str, s: str, w: str) -> str:
    """托特包."""
    return (
        shadow(200, 334, 130) + stroke("M150 190q-6-118 50-118t50 118", BARK, 13) + shape("M82 164h236l22 146q2 22-20 22H80q-22 0-20-22z", m)
        + faded(0.35, shape("M214 164h104l22 146q2 22-20 22H206q26-80 8-168z", s)) + rect(82, 160, 236, 16, w, 6)
        + stroke("M150 168v40M250 168v40", BARK, 13) + dot(150, 210, 7, BRASS) + dot(250, 210, 7, BRASS)
        + dot(200, 264, 34, CREAM) + leaf(200, 264, 12, 24, m, 22)
    )  # fmt: skip


def suitcase(m: str, s: str, w: str) -> str:
    """行李箱."""
    ribs = "".join(rect(x, 142, 8, 164, s, 4) for x in (146, 178, 212, 244))
    return (
        shadow(200, 342, 104) + stroke("M160 110V60h80v50", STEEL, 9) + rect(150, 50, 100, 18, INK, 9) + rect(108, 108, 184, 218, m, 28)
        + faded(0.3, rect(204, 108, 88, 218, s, 28)) + ribs
        + rect(176, 118, 48, 14, w, 6) + rect(284, 196, 16, 46, INK, 6) + dot(136, 332, 12, INK) + dot(264, 332, 12, INK)
        + turned(8, 268, 150, rect(246, 128, 34, 48, CREAM, 5)) + stroke("M238 122l20 12", BRASS, 4)
    )  # fmt: skip


def umbrella(m: str, s: str, w: str) -> str:
    """雨伞."""
    return (
        shadow(200, 344, 60, 8) + stroke("M200 176v132q0 26 26 26t24-24", BARK, 11)
        + shape("M200 70q120 6 136 130-22-22-46 0-20-24-44 0-22-26-46 0-22-26-46 0-20-24-44 0-24-22-46 0Q80 76 200 70z", m)
        + shape("M200 70q42 40 46 130-22-26-46 0-22-26-46 0 4-90 46-130z", w) + faded(0.4, shape("M200 70q120 6 136 130-22-22-46 0-10-92-90-130z", s))
        + stroke("M200 70V52", INK, 7)
    )  # fmt: skip


def bottle(m: str, s: str, w: str) -> str:
    """随行杯."""
    return (
        shadow(200, 340, 74) + stroke("M236 96q34 8 26 44", INK, 8) + rect(166, 60, 68, 50, INK, 14) + rect(154, 104, 92, 26, s, 8)
        + rect(140, 126, 120, 210, m, 28) + faded(0.4, rect(204, 126, 56, 210, s, 28))
        + rect(140, 196, 120, 62, w) + stroke("M164 228h72", CREAM, 6) + faded(0.6, stroke("M160 152v26M160 278v30", CREAM, 8))
    )  # fmt: skip


def wallet(m: str, s: str, w: str) -> str:
    """卡包."""
    return (
        shadow(200, 330, 134) + turned(-5, 190, 160, rect(104, 128, 176, 80, CREAM, 10), rect(104, 146, 176, 16, INK))
        + turned(4, 210, 170, rect(120, 146, 176, 80, w, 10), rect(136, 162, 36, 26, BRASS, 4))
        + rect(72, 182, 256, 146, m, 20) + faded(0.35, rect(200, 182, 128, 146, s, 20)) + stroke("M88 198h224M88 312h224", w, 3, "9 8")
        + rect(254, 234, 88, 46, s, 18) + dot(284, 257, 10, BRASS)
    )  # fmt: skip


def blocks(m: str, s: str, w: str) -> str:
    """积木."""
    return (
        shadow(200, 334, 146) + rect(64, 248, 84, 84, m, 6) + rect(158, 248, 84, 84, w, 6) + rect(252, 248, 84, 84, s, 6)
        + rect(110, 160, 84, 84, BRASS, 6) + shape("M206 244v-84h84v84h-22q0-30-20-30t-20 30z", WOOD)
        + shape("M148 156 200 84l52 72z", m) + dot(106, 290, 20, CREAM) + stroke("M184 290h32M200 274v32", CREAM, 8)
        + shape("M294 268l20 44h-40z", CREAM) + rect(138, 188, 28, 28, CREAM, 4)
    )  # fmt: skip


def bear(m: str, s: str, w: str) -> str:
    """毛绒熊."""
    return (
        shadow(200, 338, 112) + dot(144, 84, 28, m) + dot(256, 84, 28, m) + dot(144, 84, 14, w) + dot(256, 84, 14, w) + leaf(112, 232, 24, 52, s, 28)
        + leaf(288, 232, 24, 52, s, -28)
        + oval(200, 258, 80, 78, m) + oval(200, 266, 50, 52, w) + oval(150, 322, 36, 20, s) + oval(250, 322, 36, 20, s) + oval(200, 136, 78, 68, m)
        + oval(200, 156, 36, 28, CREAM) + dot(172, 124, 7, INK) + dot(228, 124, 7, INK)
        + oval(200, 146, 11, 8, INK) + stroke("M200 154v10q-12 12-22 2M200 164q12 12 22 2", INK, 4)
        + shape("M200 204l-34-14v30zM200 204l34-14v30z", BRASS) + dot(200, 204, 8, BARK)
    )  # fmt: skip


def notebook(m: str, s: str, w: str) -> str:
    """手账本."""
    back = rect(132, 92, 176, 222, CREAM, 8) + rect(126, 86, 176, 222, w, 8)
    return (
        shadow(206, 334, 128) + turned(7, 210, 200, back)
        + turned(-4, 190, 200, rect(96, 84, 184, 240, m, 10), rect(96, 84, 26, 240, s, 8), rect(154, 132, 92, 54, CREAM, 5),
                 stroke("M170 152h60M170 168h36", s, 4), rect(252, 84, 9, 240, BRASS))
        + turned(32, 314, 236, rect(306, 124, 16, 176, BARK, 4), shape("M306 300h16l-8 24z", WOOD), rect(306, 116, 16, 18, w, 4))
    )  # fmt: skip


def pens(m: str, s: str, w: str) -> str:
    """笔筒."""
    sticks = turned(-9, 160, 220, rect(150, 74, 16, 150, m, 4), shape("M150 74h16l-8-26z", WOOD)) + turned(
        2, 196, 220, rect(188, 58, 16, 160, BRASS, 5), rect(188, 46, 16, 18, INK, 5)
    )
    sticks += turned(10, 232, 220, rect(224, 84, 18, 140, s, 6), rect(224, 120, 18, 7, CREAM)) + turned(
        18, 260, 220, rect(248, 112, 13, 110, STEEL, 3)
    )
    return (
        shadow(200, 334, 116)
        + sticks
        + rect(128, 184, 144, 148, w, 14)
        + faded(0.35, rect(204, 184, 68, 148, s, 14))
        + rect(120, 176, 160, 16, m, 8)
        + dot(200, 260, 28, CREAM)
        + stroke("M188 262q12 12 24 0", m, 5)
        + rect(292, 298, 52, 34, CREAM, 6)
        + rect(292, 298, 52, 14, m, 6)
    )


def puzzle(m: str, s: str, w: str) -> str:
    """拼图."""
    piece = "M0 0h36q-10-24 10-24t10 24h36v36q24-10 24 10t-24 10v36H56q10-24-10-24T36 92H0z"
    placed = ((84, 130, m, 0), (180, 130, w, 0), (84, 226, s, 0), (214, 240, BRASS, 14))
    return (
        shadow(200, 342, 136)
        + "".join(f'<g transform="translate({x} {y}) rotate({turn})">{shape(piece, colour)}</g>' for x, y, colour, turn in placed)
        + faded(0.5, stroke("M104 160h30M202 160h28M104 256h24", CREAM, 6))
    )


def kite(m: str, s: str, w: str) -> str:
    """风筝."""
    return (
        shape("M210 54 316 168 190 308 92 144z", m) + shape("M210 54 316 168 200 152z", w) + shape("M200 152 316 168 190 308z", s)
        + stroke("M210 54 190 308M92 144l224 24", CREAM, 5)
        + stroke("M190 308q-46 18-24 34t-30 34", BARK, 5) + turned(20, 168, 330, shape("M168 330l-22-12v24zM168 330l22-12v24z", BRASS))
        + faded(0.7, oval(84, 84, 40, 14, CREAM), oval(110, 74, 26, 12, CREAM), oval(330, 300, 36, 13, CREAM))
    )  # fmt: skip


kite = hanging(kite)


def yogamat(m: str, s: str, w: str) -> str:
    """瑜伽垫."""
    return (
        shadow(200, 332, 146) + shape("M110 252h234l16 72H110z", w) + dot(112, 246, 78, m) + dot(112, 246, 60, s) + dot(112, 246, 44, m)
        + dot(112, 246, 28, s) + dot(112, 246, 12, CREAM)
        + faded(0.5, stroke("M210 268h110M214 292h116", m, 5)) + rect(248, 146, 74, 104, s, 14) + rect(262, 118, 46, 32, INK, 10)
        + rect(248, 184, 74, 30, CREAM)
    )  # fmt: skip
