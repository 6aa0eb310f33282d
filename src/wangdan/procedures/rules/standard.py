"""Value sets that every trade may use by name: teeth as the FDI numbers them, and the shade guides of dental work."""

import re
import unicodedata

from wangdan.procedures.rules.types import ValueSet

_QUADRANTS = {
    1: ("右上", "upper"), 2: ("左上", "upper"), 3: ("左下", "lower"), 4: ("右下", "lower"),
    5: ("右上乳牙", "upper"), 6: ("左上乳牙", "upper"), 7: ("左下乳牙", "lower"), 8: ("右下乳牙", "lower"),
}  # fmt: skip
"""Quadrant → what a dentist calls it (right is the patient's right), and its arch."""
_RIGHT = {1, 4, 5, 8}
"""Quadrants whose teeth are counted towards the middle when one walks along the arch."""
_PERMANENT, _MILK = 8, 5


def shade_code(text: str) -> str:
    """A shade as the guides write it, from what people type: `om1` is 0M1, `a3,5` is A3.5, `11O` is 110; what is no shade stays as it is."""
    plain = "".join(unicodedata.normalize("NFKC", text[:_LONGEST_TYPED]).split()).upper().replace(",", ".")
    if plain == "PHOTO":
        return "photo"
    return plain.replace("O", "0") if _LETTER_FOR_ZERO.fullmatch(plain) else plain


_LONGEST_TYPED = 40
_LETTER_FOR_ZERO = re.compile(r"O[Mm][1-3]|[1-5][1-4]O")


def _teeth(quadrants: tuple[int, ...], teeth: int) -> list[str]:
    """The teeth of an arch as one meets them from the patient's right to his left."""
    found = []
    for quadrant in quadrants:
        run = range(teeth, 0, -1) if quadrant in _RIGHT else range(1, teeth + 1)
        found += [f"{quadrant}{at}" for at in run]
    return found


def _place(code: str) -> int:
    """Where a tooth stands along its arch; a milk tooth stands where its successor will, so mixed dentition has no gaps."""
    quadrant, at = int(code[0]), int(code[1])
    return _PERMANENT - at if quadrant in _RIGHT else _PERMANENT - 1 + at


def _fdi() -> ValueSet:
    codes = _teeth((1, 2), _PERMANENT) + _teeth((4, 3), _PERMANENT) + _teeth((5, 6), _MILK) + _teeth((8, 7), _MILK)
    return ValueSet(
        key="std.fdi",
        codes=tuple(codes),
        labels={code: f"{code} {_QUADRANTS[int(code[0])][0]}" for code in codes},
        order={code: _place(code) for code in codes},
        arch={code: _QUADRANTS[int(code[0])][1] for code in codes},
    )


def _plain(key: str, codes: tuple[str, ...], **labels: str) -> ValueSet:
    return ValueSet(key, codes, {code: labels.get(code, code) for code in codes})


_VITA = ("A1", "A2", "A3", "A3.5", "A4", "B1", "B2", "B3", "B4", "C1", "C2", "C3", "C4", "D2", "D3", "D4")
_MIDDLE = ("L1.5", "L2.5", "M1", "M2", "M3", "R1.5", "R2.5")
_VITA_3D = ("0M1", "0M2", "0M3", "1M1", "1M2", *(f"{group}{hue}" for group in (2, 3, 4) for hue in _MIDDLE), "5M1", "5M2", "5M3")
_BLEACH = ("BL1", "BL2", "BL3", "BL4")
_STUMP = tuple(f"ND{at}" for at in range(1, 10))
_CHROMASCOP = tuple(f"{group}{tone}0" for group in range(1, 6) for tone in range(1, 5))

STANDARD: dict[str, ValueSet] = {
    each.key: each
    for each in (
        _fdi(),
        _plain("std.vita", _VITA),
        _plain("std.vita_3d", _VITA_3D),
        _plain("std.bleach", _BLEACH),
        _plain("std.shades", (*_VITA, *_VITA_3D, *_BLEACH, "photo"), photo="见照片"),
        _plain("std.stump", _STUMP),
        _plain("std.chromascop", _CHROMASCOP),
    )
}
"""By the name in `{use: std.fdi}`."""
