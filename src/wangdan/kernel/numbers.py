"""Public numbers: unguessable, checkable by eye and machine, silent about volume."""

import re
import secrets

from wangdan.kernel import clock

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_VALUE = {letter: at for at, letter in enumerate(ALPHABET)}
_SHAPE = re.compile(rf"[A-Z]\d\d[{ALPHABET}]{{9}}")
_RANDOM = 8


def _check(body: str) -> str:
    """Luhn modulo 32 over the body: finds any one wrong character and most swaps."""
    total = 0
    for place, letter in enumerate(reversed(body)):
        value = _VALUE.get(letter, ord(letter) % 32) * (2 if place % 2 == 0 else 1)
        total += value // 32 + value % 32
    return ALPHABET[-total % 32]


def new_number(prefix: str) -> str:
    """A fresh number: prefix letter, two digits of the year, eight random characters (40 bits), one check character."""
    return drawn(prefix, clock.now().year)


def drawn(prefix: str, year: int) -> str:
    """A fresh number of that year."""
    value = secrets.randbits(5 * _RANDOM)
    body = f"{prefix}{year % 100:02d}" + "".join(ALPHABET[value >> 5 * place & 31] for place in range(_RANDOM))
    return body + _check(body)


def normalise(text: str) -> str:
    """What a person typed or read aloud, as we store it: no blanks, capitals, O as 0, I and L as 1 (after the prefix)."""
    plain = re.sub(r"[\s\-·]", "", text).upper()
    return plain[:1] + plain[1:].translate(str.maketrans("OIL", "011"))


def is_number(text: str, prefix: str = "") -> bool:
    """Whether the text can be one of our numbers (shape and check character), of that prefix if given."""
    return bool(_SHAPE.fullmatch(text)) and text.startswith(prefix) and _check(text[:-1]) == text[-1]


def grouped(number: str) -> str:
    """The number in groups of four, as people read it: `A267 KQ2M 8F4X`."""
    return " ".join(number[at : at + 4] for at in range(0, len(number), 4))
