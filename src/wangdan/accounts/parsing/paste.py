"""Reads a pasted text as an address: who, which phone, where; in whatever order people write it. Plain Python."""

import re
from dataclasses import asdict, dataclass
from itertools import pairwise

from wangdan.accounts.parsing.divide import Chain, divide, street
from wangdan.accounts.parsing.gazetteer import gazetteer
from wangdan.accounts.parsing.surnames import begins_with_surname

LONGEST = 300
"""Characters that are read; an address is shorter."""
_WIDE = {code: code - 0xFEE0 for code in [*range(0xFF10, 0xFF1A), *range(0xFF21, 0xFF3B), *range(0xFF41, 0xFF5B), 0xFF0B, 0xFF0D, 0xFF0E]}
_MOBILE = re.compile(r"(?<![\dA-Za-z])(?:(?:\+|00)?86[-\s]?)?(1[3-9]\d[-\s]?\d{4}[-\s]?\d{4})(?!\d)")
_LANDLINE = re.compile(r"(?<!\d)[(（]?(?:(010|02\d)[)）]?[-\s]?(\d{8}(?:-\d{1,6})?)|(0[3-9]\d{2})[)）]?[-\s]?(\d{7,8}(?:-\d{1,6})?))(?!\d)")
_GLUED = re.compile(r"(1[3-9]\d{9})(?!\d)")
_PHONES = (_MOBILE, _LANDLINE, _GLUED)
_SAYS_NAME = r"(?:收货人|收件人|收货人姓名|收件人姓名|联系人|联络人|姓名|收件|收货|名字|receiver|name)"
_EDGE = r"(?:^|(?<=[\s，,;；。、.]))"
_SAID = r"(?:\s*[:：]\s*|\s+)"
_NAMED = re.compile(rf"{_EDGE}{_SAYS_NAME}{_SAID}([^\n，,;；。:：\s]{{1,20}})", re.IGNORECASE)
_ASKS = (
    r"(?:(?:收货|收件|联系|详细|邮寄|快递)?地址|所在地区|所在省市|省市区|地区|街道地址|门牌号?"
    r"|联系电话|联系方式|手机号码?|手机|电话号码?|电话|座机|tel|phone|mobile|address)"
)
_LABEL = re.compile(rf"(?:{_SAYS_NAME}|{_ASKS})\s*[:：]|{_EDGE}(?:{_SAYS_NAME}|{_ASKS})(?=\s|$)|{_EDGE}亲?收(?:件)?(?=[\s，,;；。]|$)", re.IGNORECASE)
_POSTCODE = re.compile(
    r"(?:邮政编码|邮编|zip)\s*[:：]?\s*\d{6}(?!\d)|(?<![\dA-Za-z\-])\d{6}(?![\dA-Za-z\-号室栋幢楼弄])(?=\s*(?:$|[\n，,;；。]))",
    re.IGNORECASE,
)
_CUT = re.compile(r"[\n\t，,;；。、|]+|(?<!\d)\.|\.(?!\d)|(?<![A-Za-z]) +| +(?![A-Za-z])")
_DOOR = re.compile(r".*[\d号室楼层房栋幢座元]([一-鿿]{2,4})")
_PLACELIKE = re.compile(
    r"(?:省|市|区|县|镇|乡|村|组|屯|寨|街|街道|路|道|巷|弄|里|胡同|号|号楼|楼|层|室|栋|幢|座|单元|小区|花园|大厦|广场|公寓|苑|园|城|场|店|厂"
    r"|公司|集团|学校|大学|学院|中学|小学|医院|旁|对面|附近|内|口|家园|居)$"
)
_LATIN = re.compile(r"[A-Za-z][A-Za-z .'·\-]{0,38}[A-Za-z]|[A-Za-z]")
_MIXED = re.compile(r"[一-鿿]{1,3}[A-Za-z]{1,6}")
_HAN_NAME = re.compile(r"[一-鿿㐀-䶿]{1,4}|[一-鿿]{2,10}[·•][一-鿿]{2,10}")
_POLITE = re.compile(r"(?:先生|女士|小姐|老师|经理|同学|阿姨|师傅|医生|太太)$")
_RECEIVES = re.compile(r"^[(（]\s*收\s*[)）]|[(（](?:女士?|男|先生|本人|收)[)）]$|[(（]?(?:亲?收|收件|启|亲启)[)）]?$")
_NEVER = frozenset(
    "花园 公寓 广场 学校 家园 公园 校园 中国 收 谢谢 无 地址 电话 姓名 手机 收货人 收件人 默认 公司 家 您好 你好 亲".split()  # noqa: SIM905 - read as a line
)
_EARLY, _GOOD, _LIKELY, _PLAIN, _POOR = 1, 4, 3, 2, 0


@dataclass(frozen=True)
class Pasted:
    """What a text says; empty what it does not. `code` has six digits, ending in 00 where there is no district."""

    name: str = ""
    phone: str = ""
    province: str = ""
    city: str = ""
    district: str = ""
    street: str = ""
    detail: str = ""
    code: str = ""

    def fields(self) -> dict[str, str]:
        """Field by field."""
        return asdict(self)


@dataclass(frozen=True)
class _Piece:
    """A stretch of the text between separators; `beside` whether the phone stands next to it."""

    text: str
    start: int
    end: int
    beside: bool = False


def read(text: str) -> Pasted:
    """Name, phone, division, street and the rest of the address, as far as they can be known."""
    plain = text.translate(_WIDE).replace("\r", "\n").replace("\u3000", " ").replace("\xa0", " ")[:LONGEST]
    phone, plain, gap = _take_phone(plain)
    said = _NAMED.search(plain)
    name = _bare(said.group(1)) if said else ""
    if said:
        plain = plain[: said.start(1)] + "\n" * (said.end(1) - said.start(1)) + plain[said.end(1) :]
    plain = _blank(_POSTCODE, _blank(_LABEL, plain))
    chain = divide(plain)
    pieces = _pieces(plain, gap)
    if not name:
        chosen = _name(pieces, chain)
        if chosen:
            name, kept = _bare(chosen.text), [piece for piece in pieces if piece is not chosen]
            plain = plain[: chosen.start] + "\n" * (chosen.end - chosen.start) + plain[chosen.end :]
            pieces = kept
    return _placed(name, phone, plain, chain)


def _take_phone(text: str) -> tuple[str, str, int]:
    """The phone, the text with line breaks in its place, and where it stood (-1 without one)."""
    for pattern in _PHONES:
        found = pattern.search(text)
        if found:
            digits = "-".join(filter(None, found.groups())) if pattern is _LANDLINE else re.sub(r"[-\s]", "", found.group(1))
            start = found.start(1) if pattern is _GLUED else found.start()
            return digits, text[:start] + "\n" * (found.end() - start) + text[found.end() :], start
    return "", text, -1


def _blank(pattern: re.Pattern[str], text: str) -> str:
    """The text with line breaks instead of what the pattern finds, so that places stay where they are."""
    return pattern.sub(lambda found: "\n" * len(found.group()), text)


def _pieces(text: str, gap: int) -> list[_Piece]:
    found: list[_Piece] = []
    at = 0
    for cut in [*_CUT.finditer(text), None]:
        end = cut.start() if cut else len(text)
        if text[at:end].strip():
            found.append(_Piece(text[at:end].strip(), at, end))
        at = cut.end() if cut else end
    if gap < 0:
        return found
    found = [part for piece in found for part in (_torn(piece) if piece.end == gap else [piece])]
    before = max((piece.end for piece in found if piece.end <= gap), default=-1)
    after = min((piece.start for piece in found if piece.start >= gap), default=-1)
    return [_Piece(piece.text, piece.start, piece.end, piece.end == before or piece.start == after) for piece in found]


def _torn(piece: _Piece) -> list[_Piece]:
    """A piece that runs into the phone, its name apart: 玉林西路8号2单元301王若溪."""
    found = _DOOR.fullmatch(piece.text)
    if not found or not begins_with_surname(found.group(1)) or _PLACELIKE.search(found.group(1)):
        return [piece]
    at = piece.end - len(found.group(1))
    return [_Piece(piece.text[: -len(found.group(1))], piece.start, at), _Piece(found.group(1), at, piece.end)]


def _bare(text: str) -> str:
    """A name without 收 and the like behind it."""
    bare = _RECEIVES.sub("", text.strip()).strip(" \t-_/:：()（）【】[]\"'“”")
    return bare or text


def _name(pieces: list[_Piece], chain: Chain | None) -> _Piece | None:
    """The piece that is most likely a name: beside the phone, at either end, beginning with a surname."""
    best, most = None, _POOR
    for place, piece in enumerate(pieces):
        if chain and piece.start < chain.end and chain.start < piece.end:
            continue
        worth = _likeness(_bare(piece.text))
        if worth <= _POOR:
            continue
        worth += 2 * piece.beside + (place in (0, len(pieces) - 1))
        outside = chain is None or piece.end <= chain.start or place == len(pieces) - 1 or piece.beside
        worth -= 0 if outside else _LIKELY
        if worth > most or (worth == most and chain is not None and piece.start >= chain.end):
            best, most = piece, worth
    return best if most >= _PLAIN else None


def _likeness(text: str) -> int:
    """How much a piece looks like a name of a person."""
    if not text or text in _NEVER or any(sign.isdigit() for sign in text):
        return _POOR
    if _POLITE.search(text) and len(text) <= 6:  # noqa: PLR2004 - 欧阳小红女士
        return _GOOD + 2
    if _HAN_NAME.fullmatch(text):
        if _PLACELIKE.search(text) and len(text) > 1:
            return _EARLY if begins_with_surname(text) and len(text) in (2, 3) else _POOR  # 王小城 is a name, 建设路 is not
        return _GOOD if begins_with_surname(text) else _EARLY + (len(text) < 4)  # noqa: PLR2004
    return _PLAIN if _LATIN.fullmatch(text) or _MIXED.fullmatch(text) else _POOR


def _placed(name: str, phone: str, text: str, chain: Chain | None) -> Pasted:
    """The rest as an address: what follows the division, else what stands before it."""
    if chain is None:
        return Pasted(name=name, phone=phone, detail=_joined(text))
    table = gazetteer()
    place = table.place(chain.code)
    rest = _once(text[chain.end :], chain) if _joined(text[chain.end :]) else text[: chain.start]
    detail = _joined(rest)
    inner = street(chain.code, detail, table)
    named = table.names[inner] if inner else ""
    if inner and len(chain.code) == 4 and not table.is_self(inner[:6]):  # noqa: PLR2004 - the street tells the district
        place = table.place(inner[:6])
    return Pasted(name, phone, place.province, place.city, place.district, named, detail[len(named) :].strip(), place.code)


def _once(rest: str, chain: Chain) -> str:
    """What follows the division when it is written twice: 临川区上顿渡镇江西省抚州市临川区上顿渡镇老公安局."""
    again = divide(rest)
    if again and again.code == chain.code and len(set(again.names)) > 1:
        return rest[again.end :]
    return rest


def _joined(text: str) -> str:
    """The pieces in one line: Chinese ones without a blank between them, so that nothing is torn apart."""
    parts = [part for part in (piece.strip(" -:：_/") for piece in _CUT.split(text)) if part]
    line = parts[0] if parts else ""
    for before, after in pairwise(parts):
        glue = " " if before[-1].isascii() and after[0].isascii() else ""
        line += glue + after
    return line
