"""The table of divisions in memory, with the names people really write. Plain Python: no Django, no database."""

import lzma
import re
from collections import defaultdict
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from wangdan.accounts.parsing import old_names

FULL, OLD, SHORT, WEAK = "full", "old", "short", "weak"
FILLERS = frozenset({"市辖区", "县", "省直辖县级行政区划", "自治区直辖县级行政区划"})
_PROVINCES = {
    "内蒙古自治区": "内蒙古",
    "广西壮族自治区": "广西",
    "西藏自治区": "西藏",
    "宁夏回族自治区": "宁夏",
    "新疆维吾尔自治区": "新疆",
    "香港特别行政区": "香港",
    "澳门特别行政区": "澳门",
}
_PEOPLES = [
    "蒙古",
    "回",
    "藏",
    "维吾尔",
    "苗",
    "彝",
    "壮",
    "布依",
    "朝鲜",
    "满",
    "侗",
    "瑶",
    "白",
    "土家",
    "哈尼",
    "哈萨克",
    "傣",
    "黎",
    "傈僳",
    "佤",
    "畲",
    "高山",
    "拉祜",
    "水",
    "东乡",
    "纳西",
    "景颇",
    "柯尔克孜",
    "土",
    "达斡尔",
    "仫佬",
    "羌",
    "布朗",
    "撒拉",
    "毛南",
    "仡佬",
    "锡伯",
    "阿昌",
    "普米",
    "塔吉克",
    "怒",
    "乌孜别克",
    "俄罗斯",
    "鄂温克",
    "德昂",
    "保安",
    "裕固",
    "京",
    "塔塔尔",
    "独龙",
    "鄂伦春",
    "赫哲",
    "门巴",
    "珞巴",
    "基诺",
    "各",
]
_PEOPLE = "|".join(sorted(_PEOPLES, key=len, reverse=True))
_AUTONOMOUS = re.compile(rf"^(.{{2,}}?)(?:(?:{_PEOPLE})族|蒙古|哈萨克|柯尔克孜|锡伯|塔吉克)+(自治州|自治县|自治旗|区|乡)$")
_SUFFIX = re.compile(r"(?:特别行政区|自治州|自治县|自治旗|林区|特区|新区|地区|矿区|省|市|区|县|旗|盟|州)$")


@dataclass(frozen=True)
class Place:
    """A division as an address names it; `code` has six digits, ending in 00 where there is no district."""

    province: str
    city: str
    district: str
    code: str


class Gazetteer:
    """All divisions: names by code, codes by every name people use."""

    def __init__(self, lines: list[str]) -> None:
        """Read `code name` lines and think of the other names."""
        self.names: dict[str, str] = dict(line.split(" ", 1) for line in lines)
        self.children: dict[str, list[str]] = defaultdict(list)
        self.aliases: dict[str, dict[str, str]] = defaultdict(dict)
        self.streets: dict[str, list[str]] = defaultdict(list)
        for code, name in self.names.items():
            parent = parent_of(code)
            if parent:
                self.children[parent].append(code)
            if len(code) == 9:  # noqa: PLR2004 - the codes of streets
                self.streets[name].append(code)
            elif not self.is_filler(code) and not self.is_self(code):
                self._alias(code, name)
        self._former()
        self.longest = max(map(len, self.aliases))

    def is_filler(self, code: str) -> bool:
        """Whether the division only stands for a level that does not exist."""
        return self.names[code] in FILLERS

    def is_self(self, code: str) -> bool:
        """Whether it is a city standing as its own district (东莞市, 嘉峪关市)."""
        return len(code) == 6 and self.names[code] == self.names[code[:4]]  # noqa: PLR2004 - the codes of districts

    def _add(self, alias: str, code: str, kind: str) -> None:
        ranks = (FULL, OLD, SHORT, WEAK)
        known = self.aliases[alias].get(code)
        if len(alias) >= 2 and (known is None or ranks.index(kind) < ranks.index(known)):  # noqa: PLR2004 - one character names nothing
            self.aliases[alias][code] = kind

    def _alias(self, code: str, name: str) -> None:
        self._add(name, code, FULL)
        if len(code) == 2:  # noqa: PLR2004 - the codes of provinces
            self._add(_PROVINCES.get(name, name[:-1]), code, SHORT)
            if name.endswith("自治区"):
                self._add(_PROVINCES[name] + "自治区", code, FULL)
                self._add(_PROVINCES[name] + "省", code, OLD)
            return
        autonomous = _AUTONOMOUS.match(name)
        if autonomous:
            body, ending = autonomous.group(1), autonomous.group(2)
            self._add(body + ending[-1], code, OLD)
            self._add(body + ending, code, OLD)
        else:
            body = _body(name)
        self._add(body, code, SHORT)
        if len(code) == 4:  # noqa: PLR2004 - the codes of cities
            for ending in ("市", "地区"):
                self._add(body + ending, code, OLD)
            return
        for ending in ("区", "县", "市"):
            self._add(body + ending, code, OLD)
        for cut in range(2, len(body)):
            self._add(body[:cut] + name[-1], code, WEAK)
        if name.endswith("新区"):
            self._add(name[:-2] + "区", code, OLD)
        city = _body(self.names[code[:4]])
        if name.startswith(city) and len(name) > len(city) + 2:
            self._add(name[len(city) :], code, WEAK)

    def _former(self) -> None:
        cities = {name: code for code, name in self.names.items() if len(code) in (2, 4)}
        for old, new in old_names.CITIES.items():
            city, _, district = new.partition("/")
            self._add(old, self._child(cities[city], district) if district else cities[city], OLD)
        for line in old_names.DISTRICTS.split("\n"):
            if line:
                city, old, new = line.split()
                other, _, district = new.rpartition("/")
                self._add(old, self._child(cities[other or city], district), OLD)

    def _child(self, parent: str, name: str) -> str:
        found = [code for code in self.names if len(code) == 6 and code.startswith(parent) and self.names[code] == name]  # noqa: PLR2004
        if len(found) != 1:
            message = f"{name} is not one district of {self.names[parent]}"
            raise ValueError(message)
        return found[0]

    def place(self, code: str) -> Place:
        """The names of a division of any level up to the district."""
        city, district = code[:4] if len(code) >= 4 else "", code[:6] if len(code) >= 6 else ""  # noqa: PLR2004 - lengths of codes
        if not city and f"{code}01" in self.names and self.names[f"{code}01"] == "市辖区":
            return Place(self.names[code], "市辖区", "", code + "0100")
        if district and self.is_self(district):
            district = ""
        return Place(
            province=self.names[code[:2]],
            city=self.names.get(city, ""),
            district=self.names.get(district, ""),
            code=(district or city or code).ljust(6, "0"),
        )

    def find(self, province: str, city: str, district: str) -> str:
        """The code (2, 4 or 6 digits) that three names mean, in full or short; empty when there is no such division.

        The city may be left out or repeat the province in municipalities (北京市/北京市/朝阳区).
        """
        code = self._named(province, {"": None}, 2)
        if not code:
            return ""
        if city and city not in FILLERS and city != province:
            inner = self._named(city, {code: None}, 4)
            if not inner and self._named(city, {"": None}, 2) != code:
                return ""
            code = inner or code
        elif city in FILLERS:
            fillers = {kid: None for kid in self.children[code] if self.is_filler(kid)}
            code = code if len(fillers) > 1 or not fillers else next(iter(fillers))
        if district and district not in FILLERS:
            if self.names.get(code) == district:
                return code
            return self._named(district, {code: None}, 6)
        return code

    def _named(self, name: str, within: dict[str, None], length: int) -> str:
        found = {
            code: kind for code, kind in self.aliases.get(name, {}).items() if len(code) == length and any(code.startswith(outer) for outer in within)
        }
        best = [code for code, kind in found.items() if kind == FULL] or list(found)
        return best[0] if len(best) == 1 else ""

    def has_districts(self, code: str) -> bool:
        """Whether a district must be named below this province or city."""
        if len(code) >= 6:  # noqa: PLR2004 - a district itself
            return False
        kids = [kid for kid in self.children[code] if not self.is_self(kid)]
        return bool(kids)


def _body(name: str) -> str:
    """The name without what kind of division it is; 沙县 and 城区 have no shorter name."""
    for cut in (_SUFFIX.sub("", name), name[:-1]):
        if len(cut) > 1:
            return cut
    return name


def parent_of(code: str) -> str:
    """The code one level up."""
    return {4: code[:2], 6: code[:4], 9: code[:6]}.get(len(code), "")


def lines() -> list[str]:
    """The shipped table: `code name` per line, sorted by code."""
    raw = (files("wangdan.accounts") / "data" / "divisions.txt.xz").read_bytes()
    return lzma.decompress(raw).decode("utf-8").splitlines()


@cache
def gazetteer() -> Gazetteer:
    """The one gazetteer of the process, read at first use."""
    return Gazetteer(lines())
