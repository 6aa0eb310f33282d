"""Drawings of what stands and lies in rooms: furniture, lamps, textiles."""

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


def bench(m: str, s: str, w: str) -> str:
    """长凳."""
    return (
        shadow(200, 326, 150) + stroke("M92 232 76 320M308 232l16 88", BARK, 12) + stroke("M84 286h232", WOOD, 8) + rect(54, 206, 292, 28, WOOD, 10)
        + rect(66, 184, 268, 28, m, 14) + faded(0.4, rect(200, 184, 134, 28, s, 14)) + rect(98, 150, 74, 36, w, 12) + stroke("M112 168h46", CREAM, 4)
    )  # fmt: skip


def desk(m: str, s: str, w: str) -> str:
    """书桌."""
    return (
        shadow(200, 340, 140) + stroke("M84 202 74 334M316 202l10 132", BARK, 11) + rect(52, 184, 296, 20, WOOD, 6) + rect(208, 204, 116, 58, m, 6)
        + faded(0.5, rect(208, 230, 116, 4, s)) + rect(254, 214, 24, 6, BRASS, 3) + rect(254, 244, 24, 6, BRASS, 3) + rect(86, 98, 108, 72, INK, 8)
        + rect(94, 106, 92, 56, w, 4) + rect(130, 170, 20, 14, INK) + rect(112, 178, 56, 8, INK, 4) + rect(222, 172, 70, 12, s, 2)
        + rect(230, 160, 56, 12, CREAM, 2) + shape("M300 184v-32h22v32z", m) + stroke("M306 152l-4-30M312 152l4-34", BRASS, 4)
    )  # fmt: skip


def bed(m: str, s: str, w: str) -> str:
    """床."""
    return (
        shadow(200, 330, 160) + stroke("M64 300v26M336 300v26", BARK, 12) + rect(48, 118, 304, 150, WOOD, 18)
        + faded(0.5, rect(62, 132, 276, 90, BARK, 12))
        + rect(42, 232, 316, 70, m, 16) + rect(82, 182, 104, 52, CREAM, 18) + rect(214, 182, 104, 52, CREAM, 18)
        + shape("M42 250q158-30 316 0v34q-158-24-316 0z", w)
        + faded(0.5, shape("M42 282q158-24 316 0v4q0 16-16 16H58q-16 0-16-16z", s))
    )  # fmt: skip


def wardrobe(m: str, s: str, w: str) -> str:
    """衣柜."""
    return (
        shadow(200, 346, 124, 8) + rect(92, 52, 216, 286, m, 8) + rect(104, 64, 92, 224, w, 4) + rect(204, 64, 92, 224, s, 4)
        + rect(104, 296, 192, 30, s, 4) + rect(184, 166, 6, 44, BRASS, 3) + rect(210, 166, 6, 44, BRASS, 3) + rect(186, 308, 28, 6, BRASS, 3)
        + stroke("M108 338v8M292 338v8", BARK, 12) + faded(0.5, stroke("M122 84l40 40M122 112l30 30", CREAM, 5))
    )  # fmt: skip


def stool(m: str, s: str, w: str) -> str:
    """凳子."""
    return (
        shadow(200, 334, 98) + stroke("M152 190 118 328M248 190l34 138M200 196v128", WOOD, 12) + stroke("M134 270h132", BARK, 8)
        + oval(200, 180, 96, 30, s) + oval(200, 168, 96, 30, m) + faded(0.6, oval(184, 162, 58, 14, w))
    )  # fmt: skip


def coatrack(m: str, s: str, w: str) -> str:
    """衣帽架."""
    return (
        shadow(200, 340, 78, 8) + stroke("M200 70v256", BARK, 12) + stroke("M200 320l-56 16M200 320l56 16M200 320v18", BARK, 9)
        + stroke("M200 108 150 84M200 108l50-24M200 146l-44-18M200 146l44-18", WOOD, 9) + shape("M132 136q24-16 46 0l22 116q-44 22-88 0z", m)
        + faded(0.4, shape("M156 130q12 0 22 6l22 116q-20 10-40 11z", s)) + shape("M226 96q20-38 50 0l12 8h-74z", w) + oval(251, 104, 46, 8, s)
        + dot(200, 64, 10, BRASS)
    )  # fmt: skip


def mirror(m: str, s: str, w: str) -> str:
    """落地镜."""
    return (
        shadow(204, 344, 84, 8) + stroke("M250 90l40 250", BARK, 10)
        + turned(-4, 196, 200, rect(124, 52, 146, 288, WOOD, 73) + rect(136, 64, 122, 264, GLASS, 61),
                 faded(0.7, stroke("M164 132l52-46M160 176l76-68", CREAM, 9)))
        + rect(140, 300, 44, 34, m, 6) + stroke("M152 300q-4-34-22-44M162 300q0-44 8-58M172 300q6-24 22-34", s, 5) + leaf(128, 254, 13, 7, w, 40)
        + oval(171, 238, 8, 14, m)
        + leaf(196, 264, 12, 7, w, -30)
    )  # fmt: skip


def tvstand(m: str, s: str, w: str) -> str:
    """电视柜."""
    return (
        shadow(200, 332, 156) + stroke("M82 300 74 328M318 300l8 28", BARK, 10) + rect(46, 222, 308, 80, WOOD, 8) + rect(58, 234, 92, 56, m, 4)
        + rect(250, 234, 92, 56, m, 4) + rect(158, 234, 84, 56, BARK, 4) + rect(168, 266, 64, 16, s, 3) + dot(138, 262, 4, BRASS)
        + dot(262, 262, 4, BRASS)
        + rect(92, 96, 216, 118, INK, 8) + rect(100, 104, 200, 100, w, 4) + shape("M100 204l66-56 44 36 36-28 54 48z", s) + dot(250, 132, 12, CREAM)
        + rect(176, 212, 48, 10, INK, 4)
    )  # fmt: skip


def pendant(m: str, s: str, w: str) -> str:
    """吊灯."""
    return (
        faded(0.17, shape("M126 214 70 344h260l-56-130z", BRASS)) + stroke("M200 0v104", INK, 5) + rect(182, 98, 36, 22, BRASS, 6)
        + shape("M200 116q84 6 96 98H104q12-92 96-98z", m) + faded(0.45, shape("M214 117q70 10 82 97h-52q0-68-30-97z", s))
        + rect(98, 208, 204, 12, w, 6)
        + shape("M168 220h64q-4 34-32 34t-32-34z", CREAM)
    )  # fmt: skip


pendant = hanging(pendant)


def nightlight(m: str, s: str, w: str) -> str:
    """小夜灯."""
    return (
        faded(0.16, dot(200, 190, 140, BRASS)) + shadow(200, 332, 92) + shape("M166 212h68l12 102q2 16-14 16h-64q-16 0-14-16z", CREAM)
        + faded(0.5, shape("M206 212h28l12 102q2 16-14 16h-28q18-50 2-118z", w)) + shape("M200 84q98 0 112 104 4 32-112 32T88 188Q102 84 200 84z", m)
        + faded(0.4, shape("M220 86q82 12 92 102 2 18-38 27 2-94-54-129z", s)) + leaf(148, 136, 34, 14, w, -42) + dot(200, 306, 6, BRASS)
    )  # fmt: skip


def cliplamp(m: str, s: str, w: str) -> str:
    """夹灯."""
    return (
        faded(0.18, shape("M122 180 58 334h196l-46-148z", BRASS)) + shadow(226, 334, 120) + rect(118, 306, 212, 26, WOOD, 5)
        + stroke("M278 300V214q0-92-80-98", INK, 9)
        + rect(256, 276, 44, 62, s, 8) + rect(266, 290, 24, 10, INK, 3)
        + turned(18, 158, 132, rect(92, 108, 130, 50, m, 25), rect(100, 146, 114, 14, w, 7))
        + dot(206, 122, 11, BRASS)
    )  # fmt: skip


def lantern(m: str, s: str, w: str) -> str:
    """露营灯."""
    return (
        faded(0.15, dot(200, 214, 140, BRASS)) + shadow(200, 334, 88) + stroke("M146 150q0-82 54-82t54 82", INK, 7) + rect(140, 136, 120, 28, m, 10)
        + rect(150, 164, 100, 112, "#f6e3b4", 14) + faded(0.75, rect(182, 178, 36, 84, CREAM, 18)) + stroke("M168 166v108M232 166v108", s, 5)
        + rect(132, 274, 136, 54, m, 14)
        + faded(0.45, rect(204, 274, 64, 54, s, 14)) + dot(200, 302, 9, BRASS) + rect(158, 122, 84, 16, w, 8)
    )  # fmt: skip


def pillow(m: str, s: str, w: str) -> str:
    """枕头."""
    return (
        shadow(200, 318, 144) + shape("M70 226q-10-30 26-32 104-18 208 0 36 2 26 32-8 30 0 52 10 34-26 36-104 12-208 0-36-2-26-36 8-22 0-52z", w)
        + shape("M82 158q-10-30 26-32 92-18 184 0 36 2 26 32-8 26 0 46 10 32-26 36-92 14-184 0-36-4-26-36 8-20 0-46z", m)
        + faded(0.35, shape("M208 117q44 0 84 9 36 2 26 32-8 26 0 46 10 32-26 36-42 6-84 8 26-70 0-131z", s))
        + stroke("M118 146q82-14 164 0", CREAM, 4, "10 9")
        + rect(120, 204, 44, 18, CREAM, 4)
    )  # fmt: skip


def towel(m: str, s: str, w: str) -> str:
    """毛巾."""
    rolls = "".join(
        dot(x, y, 46, colour) + dot(x, y, 30, CREAM) + dot(x, y, 18, colour) for x, y, colour in ((128, 276, m), (272, 276, s), (200, 276, w))
    )
    return (
        shadow(200, 326, 140) + rolls + rect(96, 120, 208, 50, m, 18) + rect(104, 170, 192, 48, w, 16) + faded(0.4, rect(210, 120, 94, 50, s, 18))
        + rect(96, 138, 208, 8, CREAM) + faded(0.7, rect(104, 190, 192, 6, s))
    )  # fmt: skip


def rug(m: str, s: str, w: str) -> str:
    """地毯."""
    fringe = "".join(stroke(f"M{x} 338l-4 14", CREAM, 4) for x in range(70, 340, 15))
    return (
        shadow(204, 344, 150, 8) + shape("M104 196h196l46 142H54z", m) + shape("M118 210h168l36 114H78z", w) + shape("M132 222h140l26 90H102z", s)
        + shape("M202 232l44 34-42 36-46-36z", CREAM) + shape("M202 246l24 20-24 20-26-20z", m) + fringe + rect(96, 178, 212, 26, m, 13)
        + dot(308, 191, 13, s)
        + dot(308, 191, 6, w)
    )  # fmt: skip


def curtain(m: str, s: str, w: str) -> str:
    """窗帘."""
    left = "".join(shape(f"M{x} 76h26q-4 130 2 256h-30q8-128 2-256z", colour) for x, colour in ((78, m), (102, s), (126, m)))
    right = "".join(shape(f"M{x} 76h26q-4 130 2 256h-30q8-128 2-256z", colour) for x, colour in ((250, m), (274, s), (298, m)))
    return (
        rect(120, 92, 160, 212, GLASS, 4) + stroke("M200 92v212M120 196h160", CREAM, 9) + faded(0.5, dot(240, 144, 22, BRASS)) + left + right
        + stroke("M56 68h288", BARK, 10) + dot(52, 68, 11, BRASS) + dot(348, 68, 11, BRASS) + stroke("M80 226q36 18 72 0M248 226q36 18 72 0", w, 8)
    )  # fmt: skip


curtain = hanging(curtain)


def slippers(m: str, s: str, w: str) -> str:
    """拖鞋."""
    one = shape("M112 300q-22-10-14-60l14-96q8-34 40-30t32 42l-10 120q-4 36-34 34z", CREAM) + shape(
        "M104 222q-4-96 50-108 44 2 36 74l-4 38q-40 26-82-4z", m
    )
    return (
        shadow(200, 322, 132)
        + one
        + turned(10, 260, 220, f'<g transform="translate(124 0)">{one}</g>')
        + stroke("M122 176q28-16 54 0", w, 7)
        + faded(0.6, stroke("M254 192q26-12 52 10", s, 7))
    )


def bathmat(m: str, s: str, w: str) -> str:
    """浴室脚垫."""
    bumps = "".join(
        dot(x + (row % 2) * 11, y, 8, w if (x // 22 + row) % 3 else s) for row, y in enumerate(range(230, 320, 18)) for x in range(92, 300, 22)
    )
    return (
        shadow(200, 336, 142, 9)
        + rect(64, 204, 272, 130, s, 26)
        + rect(64, 198, 272, 130, m, 26)
        + bumps
        + rect(120, 130, 160, 40, CREAM, 20)
        + rect(120, 146, 160, 8, m)
        + faded(0.6, rect(132, 164, 136, 16, STEEL, 8))
    )


def bedding(m: str, s: str, w: str) -> str:
    """床品."""
    return (
        shadow(200, 330, 148) + rect(66, 258, 268, 66, s, 20) + rect(66, 200, 268, 66, m, 20) + rect(66, 158, 268, 50, w, 18)
        + stroke("M92 292h150M92 234h110", CREAM, 4, "12 10")
        + rect(86, 98, 128, 62, CREAM, 24) + rect(190, 88, 126, 70, m, 26) + stroke("M208 102h88", w, 4) + rect(186, 150, 30, 176, BRASS, 3)
        + rect(236, 244, 60, 34, CREAM, 5)
    )  # fmt: skip
