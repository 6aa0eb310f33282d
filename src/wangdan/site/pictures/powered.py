"""Drawings of what has a plug or a battery: sound, computers, telephones."""

from wangdan.site.pictures.paint import BARK, BRASS, CREAM, GLASS, INK, STEEL, WOOD, dot, faded, leaf, oval, rect, shadow, shape, stroke, turned


def earbuds(m: str, s: str, w: str) -> str:
    """真无线耳机."""
    bud = rect(-9, 0, 18, 74, CREAM, 9) + turned(-24, 8, 2, oval(10, 0, 27, 21, CREAM), oval(36, 0, 9, 12, STEEL)) + rect(-9, 62, 18, 12, STEEL, 6)
    return (
        shadow(200, 334, 124) + faded(0.9, shape("M84 214q0-70 40-70h152q40 0 40 70z", w))
        + faded(0.4, shape("M100 206q4-48 30-48h140q26 0 30 48z", s)) + rect(80, 210, 240, 120, m, 50)
        + faded(0.4, shape("M210 210h60q50 0 50 50v20q0 50-50 50h-60z", s)) + rect(80, 208, 240, 10, s, 5)
        + f'<g transform="translate(140 92)">{bud}</g>'
        + f'<g transform="translate(262 92) scale(-1 1)">{bud}</g>' + dot(200, 272, 6, BRASS)
    )  # fmt: skip


def microphone(m: str, s: str, w: str) -> str:
    """麦克风."""
    mesh = "".join(stroke(f"M166 {y}h68", INK, 3) for y in range(88, 164, 14))
    return (
        shadow(200, 338, 90) + stroke("M200 246v76", INK, 10) + rect(136, 318, 128, 18, INK, 9) + stroke("M138 168q0 78 62 78t62-78", s, 11)
        + rect(156, 66, 88, 156, m, 44) + rect(156, 66, 88, 104, STEEL, 44)
        + faded(0.5, mesh) + rect(156, 162, 88, 14, w) + dot(200, 196, 9, BRASS)
    )  # fmt: skip


def radio(m: str, s: str, w: str) -> str:
    """收音机."""
    grille = "".join(dot(x, y, 6, s) for y in range(202, 300, 20) for x in range(86, 200, 20))
    return (
        shadow(200, 330, 150) + stroke("M286 160 336 66", STEEL, 6) + dot(338, 62, 7, STEEL) + stroke("M130 158q0-36 70-36t70 36", BARK, 11)
        + rect(54, 154, 292, 172, m, 26) + rect(68, 168, 146, 144, w, 14) + grille
        + rect(228, 176, 100, 44, CREAM, 8) + stroke("M244 188v20M262 188v20M280 188v20M298 188v20", s, 3) + stroke("M270 182v32", "#c9604a", 4)
        + dot(252, 268, 24, BRASS) + dot(308, 268, 24, BRASS) + dot(252, 268, 9, s) + dot(308, 268, 9, s)
    )  # fmt: skip


def turntable(m: str, s: str, w: str) -> str:
    """唱片机."""
    return (
        shadow(200, 334, 152) + rect(52, 226, 296, 86, WOOD, 14) + faded(0.4, rect(200, 226, 148, 86, BARK, 14)) + shape("M78 150h244l26 82H52z", m)
        + oval(176, 190, 92, 32, INK) + oval(176, 190, 56, 19, s) + oval(176, 190, 26, 9, BRASS)
        + stroke("M302 162v34l-60 16", STEEL, 7) + dot(302, 160, 12, CREAM) + dot(92, 270, 13, BRASS) + dot(308, 270, 13, w)
        + stroke("M150 270h100", w, 5, "2 12") + stroke("M84 316v12M316 316v12", INK, 14)
    )  # fmt: skip


def soundbar(m: str, s: str, w: str) -> str:
    """回音壁."""
    return (
        shadow(200, 330, 158) + rect(110, 96, 180, 110, INK, 8) + rect(118, 104, 164, 92, w, 4) + shape("M118 196l54-48 36 30 30-24 44 42z", s)
        + rect(184, 204, 32, 30, INK) + rect(40, 236, 320, 88, m, 30)
        + faded(0.4, stroke("M70 262h260M70 280h260M70 298h260", s, 6, "2 12")) + dot(200, 312, 5, BRASS) + rect(306, 236, 54, 88, s, 26)
    )  # fmt: skip


def mouse(m: str, s: str, w: str) -> str:
    """鼠标."""
    return (
        shadow(200, 336, 108) + stroke("M200 96q0-40 40-46", INK, 7) + rect(118, 90, 164, 244, m, 82)
        + faded(0.4, shape("M200 90q82 0 82 82v80q0 82-82 82z", s)) + stroke("M200 92v104M120 196q80 24 160 0", w, 5)
        + rect(188, 124, 24, 52, INK, 12) + rect(194, 134, 12, 16, BRASS, 6) + faded(0.5, stroke("M142 246q4 38 30 60", CREAM, 9))
    )  # fmt: skip


def screenbar(m: str, s: str, w: str) -> str:
    """屏幕挂灯."""
    return (
        faded(0.22, shape("M88 112 30 338h340l-58-226z", BRASS)) + shadow(200, 338, 110) + rect(60, 116, 280, 176, INK, 12)
        + rect(72, 128, 256, 146, w, 5) + rect(94, 150, 110, 12, CREAM, 6) + rect(94, 174, 170, 8, s, 4)
        + rect(94, 194, 140, 8, s, 4) + rect(94, 214, 156, 8, s, 4) + rect(180, 292, 40, 34, INK) + rect(136, 322, 128, 14, INK, 7)
        + rect(84, 86, 232, 26, m, 13) + rect(100, 106, 200, 8, BRASS, 4) + rect(182, 98, 36, 40, s, 8)
    )  # fmt: skip


def webcam(m: str, s: str, w: str) -> str:
    """摄像头."""
    return (
        shadow(200, 334, 104) + stroke("M200 230v60", INK, 13) + shape("M128 318q72-44 144 0v10H128z", s) + rect(96, 112, 208, 124, m, 60)
        + faded(0.4, shape("M214 112h30q60 0 60 62t-60 62h-30q30-62 0-124z", s)) + dot(200, 174, 50, INK)
        + dot(200, 174, 34, w) + dot(200, 174, 18, INK) + dot(190, 164, 7, CREAM) + dot(122, 174, 6, BRASS) + dot(278, 174, 6, "#c9604a")
    )  # fmt: skip


def hub(m: str, s: str, w: str) -> str:
    """扩展坞."""
    return (
        shadow(214, 326, 136) + stroke("M108 250q-60-10-44-80t70-62", INK, 12) + rect(122, 84, 52, 44, STEEL, 6) + rect(168, 92, 26, 28, CREAM, 4)
        + rect(96, 226, 256, 94, s, 20) + rect(96, 214, 256, 92, m, 20)
        + rect(118, 240, 44, 20, INK, 4) + rect(176, 240, 44, 20, INK, 4) + rect(234, 240, 32, 20, CREAM, 10) + rect(280, 236, 50, 28, INK, 4)
        + dot(126, 286, 5, BRASS) + stroke("M146 286h110", w, 5)
    )  # fmt: skip


def laptopstand(m: str, s: str, w: str) -> str:
    """笔记本支架."""
    return (
        shadow(206, 338, 132) + rect(92, 316, 226, 18, s, 9) + stroke("M130 318 226 232M270 318 186 236", m, 15) + dot(204, 258, 12, BRASS)
        + turned(-9, 200, 222, rect(66, 206, 270, 18, INK, 8), rect(56, 222, 292, 12, m, 6))
        + shape("M82 76h210l22 116-222 28z", INK) + shape("M94 86h188l18 96-192 24z", w)
        + faded(0.8, stroke("M122 112h90M126 132h122M130 152h100", CREAM, 7))
    )  # fmt: skip


def monitor(m: str, s: str, w: str) -> str:
    """显示器支臂."""
    return (
        shadow(210, 338, 120) + rect(286, 302, 44, 34, INK, 6) + stroke("M308 308V210L236 168", STEEL, 14) + dot(308, 210, 13, BRASS)
        + rect(56, 70, 236, 156, INK, 12) + rect(68, 82, 212, 126, m, 5) + dot(230, 120, 17, BRASS)
        + shape("M68 208v-28q60-66 110-18 50-44 102 6v40z", s) + shape("M68 208q100-52 212-12v12z", w) + rect(84, 308, 178, 26, WOOD, 5)
    )  # fmt: skip


def drive(m: str, s: str, w: str) -> str:
    """移动硬盘."""
    return (
        shadow(206, 334, 122) + stroke("M200 92q0-50 70-38t62 92", INK, 9) + rect(316, 142, 34, 44, STEEL, 6) + rect(110, 96, 180, 236, m, 26)
        + faded(0.35, rect(204, 96, 86, 236, s, 26)) + stroke("M134 136h132M134 156h132M134 176h132", w, 5)
        + rect(180, 86, 40, 18, INK, 5) + rect(134, 262, 72, 42, CREAM, 6) + stroke("M148 282h44", s, 5) + dot(258, 300, 6, BRASS)
    )  # fmt: skip


def mousepad(m: str, s: str, w: str) -> str:
    """桌垫."""
    return (
        shadow(200, 338, 158, 9) + shape("M92 172h216l52 160H40z", m) + shape("M104 184h192l42 134H62z", s)
        + faded(0.6, shape("M84 318q60-96 128-60 50-50 100-8l24 68z", w)) + dot(250, 216, 17, BRASS)
        + turned(-8, 256, 262, rect(232, 226, 50, 76, CREAM, 25), stroke("M257 228v30", STEEL, 4)) + rect(92, 238, 110, 40, INK, 8)
        + stroke("M104 252h86M104 264h86", STEEL, 5, "8 7")
    )  # fmt: skip


def cable(m: str, s: str, w: str) -> str:
    """数据线."""
    return (
        shadow(200, 326, 130) + stroke("M120 118q-70 20-46 96t126 76 124-74-54-92-96 20 4 82 64 74", m, 15)
        + faded(0.7, stroke("M120 118q-70 20-46 96t126 76 124-74-54-92-96 20 4 82 64 74", w, 4, "5 13"))
        + turned(-14, 140, 110, rect(116, 92, 60, 34, s, 8), rect(174, 98, 30, 22, STEEL, 4))
        + turned(-6, 258, 220, rect(232, 204, 58, 34, s, 8), rect(288, 210, 28, 22, STEEL, 9)) + rect(96, 232, 40, 24, BRASS, 8)
    )  # fmt: skip


def charger(m: str, s: str, w: str) -> str:  # noqa: ARG001 - a motif's shape
    """充电器."""
    return (
        shadow(200, 334, 108) + rect(160, 64, 18, 62, STEEL, 6) + rect(222, 64, 18, 62, STEEL, 6) + rect(112, 112, 176, 218, m, 36)
        + faded(0.4, rect(204, 112, 84, 218, s, 36)) + rect(164, 258, 72, 18, INK, 9) + rect(164, 292, 72, 18, INK, 9)
        + shape("M210 146l-34 54h24l-10 42 40-56h-26z", BRASS) + faded(0.6, stroke("M134 150v44", CREAM, 8))
    )  # fmt: skip


def powerbank(m: str, s: str, w: str) -> str:
    """充电宝."""
    lights = "".join(dot(x, 294, 6, lit) for x, lit in ((164, BRASS), (188, BRASS), (212, BRASS), (236, s)))
    return (
        shadow(204, 336, 118) + stroke("M200 78q6-40 66-26t64 116", INK, 9) + rect(314, 162, 32, 46, STEEL, 6) + rect(120, 90, 160, 244, m, 34)
        + faded(0.35, rect(204, 90, 76, 244, s, 34)) + rect(176, 80, 48, 18, INK, 5) + rect(146, 126, 108, 92, w, 16)
        + shape("M206 142l-26 38h18l-8 28 32-40h-20z", CREAM) + lights
    )  # fmt: skip


def phonecase(m: str, s: str, w: str) -> str:
    """手机壳."""
    phone = rect(174, 74, 124, 236, INK, 22) + rect(182, 82, 108, 220, GLASS, 16)
    return (
        shadow(204, 336, 122) + turned(9, 240, 200, phone)
        + turned(-6, 170, 200, rect(98, 70, 138, 256, m, 28), rect(110, 84, 56, 62, s, 16), dot(126, 102, 9, INK),
                 dot(150, 102, 9, INK), dot(126, 128, 9, INK), leaf(166, 232, 26, 54, w, 24), leaf(190, 262, 16, 36, CREAM, -30))
    )  # fmt: skip


def tripod(m: str, s: str, w: str) -> str:
    """三脚架."""
    return (
        shadow(200, 340, 116) + stroke("M200 196 116 334M200 196l84 138M200 196v136", INK, 11) + stroke("M142 292h116", STEEL, 5)
        + rect(182, 146, 36, 62, s, 10) + rect(188, 118, 24, 34, INK, 6) + rect(100, 56, 200, 100, m, 16)
        + rect(112, 66, 176, 80, w, 8) + shape("M112 146l48-44 34 28 26-20 40 36z", s) + dot(262, 88, 9, BRASS) + stroke("M218 176h40", BARK, 9)
    )  # fmt: skip


def carmount(m: str, s: str, w: str) -> str:
    """车载支架."""
    return (
        shadow(206, 338, 118) + shape("M50 300q150-44 300 0v36H50z", s) + stroke("M206 296v-60", INK, 13) + dot(206, 232, 16, BRASS)
        + rect(144, 72, 124, 164, INK, 18) + rect(152, 82, 108, 144, w, 10) + stroke("M172 204q14-50 40-50t20-52", m, 8)
        + dot(232, 102, 10, "#c9604a") + rect(128, 132, 22, 52, m, 8) + rect(262, 132, 22, 52, m, 8)
    )  # fmt: skip


def watchband(m: str, s: str, w: str) -> str:
    """手表表带."""
    holes = "".join(dot(200, y, 5, s) for y in (286, 302, 318))
    return (
        shadow(206, 344, 70, 8) + shape("M168 50h64l8 90h-80z", m) + shape("M160 240h80l-10 96q-2 10-30 10t-30-10z", m) + holes
        + rect(140, 126, 120, 128, STEEL, 34) + rect(150, 136, 100, 108, INK, 26) + stroke("M200 160v32l22 14", w, 6)
        + dot(200, 192, 6, BRASS) + rect(260, 172, 12, 34, STEEL, 5) + rect(160, 62, 80, 14, s, 5)
    )  # fmt: skip
