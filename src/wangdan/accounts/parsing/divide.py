"""Finds the division in a text: the chain of names that explains most of it, longest match first. Plain Python."""

import re
from dataclasses import dataclass
from functools import cache

from wangdan.accounts.parsing.gazetteer import FILLERS, FULL, OLD, SHORT, WEAK, Gazetteer, gazetteer

_WEIGHT = {FULL: 12, OLD: 10, SHORT: 6, WEAK: 5}
_BETWEEN = re.compile(r"[\s,，、;；:：/\\|\-—_.·>]+")
_FILLER = re.compile(r"市辖区|其[它他]区|县(?=[一-鿿]{1,8}?(?:自治)?县)|中国")
_ROADLIKE = re.compile(
    r"(?:[东西南北中]?(?:[一二三四五六七八九十]|\d)?(?:路|街(?!道)|大街|大道|道(?!里|外)|巷|弄|胡同)|桥|大厦|广场|大学|学院|医院|中学|小学|宾馆|酒店|饭店|机场|火车站|高铁站|花园|公寓|小区|国际|有限|集团|公司|银行)"
)
_ADDRESSLIKE = re.compile(r"[一-鿿]{1,8}?(?:省|市|区|县|镇|乡|街|路|道|村|号|小区|大厦|广场|花园|苑)")
_INTRODUCED = re.compile(r"(?:^|[^一-鿿]|[是在到址寄至于自])$")
_GAP = 24
_TOP = 6


@dataclass(frozen=True)
class Chain:
    """Names found one after the other: the deepest code, how much they explain, where they stand."""

    code: str
    score: int
    start: int
    end: int
    names: tuple[str, ...]
    kinds: tuple[str, ...]


def _level(code: str) -> int:
    return len(code)


def _skip(text: str, at: int) -> int:
    """The place after separators and words that stand for a level that does not exist."""
    while True:
        found = _BETWEEN.match(text, at) or _FILLER.match(text, at)
        if not found:
            return at
        at = found.end()


def _matches(table: Gazetteer, text: str, at: int) -> list[tuple[str, str, str]]:
    """Every (alias, code, kind) that begins here, longest first."""
    found = []
    for length in range(min(table.longest, len(text) - at), 1, -1):
        alias = text[at : at + length]
        for code, kind in table.aliases.get(alias, {}).items():
            found.append((alias, code, kind))
    return found


def _follows(code: str, deeper: str) -> bool:
    """Whether `deeper` lies within `code` or repeats the way to it."""
    return deeper.startswith(code) or code.startswith(deeper)


def _fits(text: str, end: int, kind: str) -> bool:
    """A short name before 路, 大厦 and the like is the name of that, not of a division."""
    return kind not in (SHORT, WEAK) or not _ROADLIKE.match(text, end)


def _grow(table: Gazetteer, text: str, chain: Chain) -> list[Chain]:
    """All chains that go on from here, this one included."""
    grown, repeated = [chain], set()
    at = _skip(text, chain.end)
    for alias, code, kind in _matches(table, text, at):
        end = at + len(alias)
        if not _follows(chain.code, code) or (kind == WEAK and len(code) <= len(chain.code)):
            continue
        repeat = chain.code.startswith(code)
        if repeat and (kind == SHORT or alias in chain.names) and len(chain.code) == _TOP:
            continue
        if not _fits(text, end, kind) or len(chain.names) > _TOP:
            continue
        if repeat and (alias, kind) in repeated:
            continue
        if repeat:
            repeated.add((alias, kind))
        gain = 1 if repeat else _WEIGHT[kind] + len(alias)
        deeper = chain.code if repeat else code
        grown += _grow(table, text, Chain(deeper, chain.score + gain, chain.start, end, (*chain.names, alias), (*chain.kinds, kind)))
    return grown


def _alone(text: str, chain: Chain) -> bool:
    """Whether a single name may stand for a division here.

    Long full names always may. Others must be introduced (begin the text, or follow no word), short ones also be followed by an address.
    """
    rest, name = text[chain.end :], chain.names[0]
    if text.strip() == name or (chain.kinds[0] == FULL and len(name) > 2):  # noqa: PLR2004 - 东区 stands in many words
        return True
    if not _INTRODUCED.search(text[: chain.start]):
        return False
    if chain.kinds[0] != SHORT:
        return True
    return bool(_ADDRESSLIKE.match(rest)) if _level(chain.code) == _TOP else bool(re.match(r"[一-鿿\s,，]", rest)) and len(text.strip()) > 3  # noqa: PLR2004 - as long as a name


def _beyond(table: Gazetteer, text: str, chain: Chain) -> Chain:
    """Look a little further on for a full district name of the same city: 深圳市高新区南山区…"""  # noqa: D400, D415
    if _level(chain.code) == _TOP:
        return chain
    for at in range(chain.end + 1, min(len(text), chain.end + _GAP)):
        for alias, code, kind in _matches(table, text, at):
            if (
                kind == FULL
                and len(alias) > 2  # noqa: PLR2004
                and _level(code) == _TOP
                and code.startswith(chain.code)
                and not _ROADLIKE.match(text, at + len(alias))
            ):  # noqa: PLR2004, RUF100
                return Chain(code, chain.score + 4, chain.start, at + len(alias), (*chain.names, alias), (*chain.kinds, kind))
    return chain


def _by_street(table: Gazetteer, text: str, chains: list[Chain]) -> list[Chain]:
    """Of equally good chains, those where the street that follows exists."""
    told = [chain for chain in chains if street(chain.code, text[_skip(text, chain.end) :], table)]
    return told or chains


def chains(text: str, table: Gazetteer | None = None) -> list[Chain]:
    """Every acceptable chain in the text."""
    table = table or gazetteer()
    found: list[Chain] = []
    for at in range(len(text)):
        for alias, code, kind in _matches(table, text, at):
            if kind == WEAK or not _fits(text, at + len(alias), kind):
                continue
            first = Chain(code, _WEIGHT[kind] + len(alias), at, at + len(alias), (alias,), (kind,))
            found += _grow(table, text, first)
    return [chain for chain in found if len(set(chain.names)) > 1 or _alone(text, chain)]


def divide(text: str) -> Chain | None:
    """The division the text names; None when nothing can be known.

    The first place that is named beyond doubt counts (in full, or by two names that agree), else what explains most. Of places of one
    name without their city the street decides, else nobody.
    """
    table = gazetteer()
    found = chains(text, table)
    for start in sorted({chain.start for chain in found}):
        settled = _settle(table, text, [chain for chain in found if chain.start == start])
        if settled and _solid(settled):
            return settled
    return _settle(table, text, found) if found else None


def _solid(chain: Chain) -> bool:
    return len(chain.code) > 2 and (FULL in chain.kinds or OLD in chain.kinds or len(set(chain.names)) > 1)  # noqa: PLR2004 - not by its province alone


def _settle(table: Gazetteer, text: str, found: list[Chain]) -> Chain | None:
    top = max(chain.score for chain in found)
    best = [chain for chain in found if chain.score == top]
    first = min(chain.start for chain in best)
    best = [chain for chain in best if chain.start == first]
    mainland = [chain for chain in best if chain.code[0] not in "78"]
    best = mainland or best
    if len({chain.code for chain in best}) > 1:
        best = _by_street(table, text, best)
    codes = {chain.code for chain in best}
    if len(codes) > 1:
        return _common(best, codes)
    return _beyond(table, text, best[0])


def _common(best: list[Chain], codes: set[str]) -> Chain | None:
    """What equally good chains have in common: the city or province, if it is one and stands in the text; a city before its namesakes."""
    shortest = min(codes, key=len)
    if len(shortest) < _TOP and sum(len(code) == len(shortest) for code in codes) == 1:
        return next(chain for chain in best if chain.code == shortest)
    for length in (4, 2):
        heads = {code[:length] for code in codes}
        if len(heads) == 1 and len(next(iter(heads))) == length:
            chain = best[0]
            return Chain(next(iter(heads)), chain.score, chain.start, chain.end, chain.names, chain.kinds) if len(chain.names) > 1 else None
    return None


_STREET_TAIL = re.compile(r"(?:街道|地区|镇|乡|苏木|街道办事处)$")


@cache
def _streets(code: str) -> dict[str, str]:
    table = gazetteer()
    inner = [code] if len(code) == _TOP else [kid for kid in table.names if len(kid) == _TOP and kid.startswith(code)]
    return {table.names[kid]: kid for outer in inner for kid in table.children[outer] if len(table.names[kid]) > 2}  # noqa: PLR2004


def street(code: str, rest: str, table: Gazetteer | None = None) -> str:
    """The code of the street (街道, 镇, 乡) that `rest` begins with, within the division; empty when none."""
    table = table or gazetteer()
    if len(code) < 4 or not rest:  # noqa: PLR2004 - a whole province has too many
        return ""
    known = _streets(code)
    for length in range(min(24, len(rest)), 2, -1):
        found = known.get(rest[:length])
        if found:
            return found
    return ""


__all__ = ["FILLERS", "Chain", "chains", "divide", "street"]
