"""Rules of accounts: roles, passwords, names, phones, limits. Plain Python."""

import re
import unicodedata
from dataclasses import asdict, dataclass, replace
from datetime import timedelta
from itertools import pairwise
from typing import Any

from wangdan.kernel.errors import Malformed
from wangdan.kernel.option import Option

MEMBER_ROLES = frozenset({"shop_owner", "shop_clerk", "warehouse", "service", "auditor", "finance", "supervisor", "admin"})
"""Roles that come with a membership; everybody with an account is also a buyer."""
PLATFORM_ROLES = frozenset({"warehouse", "service", "auditor", "finance", "supervisor", "admin"})
SHOP_ROLES = frozenset({"shop_owner", "shop_clerk", "warehouse"})
OFFICE_ROLES = frozenset({"service", "auditor", "finance", "supervisor", "admin", "system"})
"""Roles of the platform's office: they see every order."""
PURPOSES = frozenset({"register", "login", "password", "phone", "email", "confirm", "payment"})
LANGUAGES = frozenset({"zh-hans", "en"})
MUNICIPALITIES = frozenset({"11", "12", "31", "50"})
"""Codes of 北京, 天津, 上海, 重庆: province and city in one."""
KEEP_TRACES = timedelta(days=2)

CODE_MINUTES = Option("accounts.code_minutes", default=10, low=1, high=60, text="验证码有效时间（分钟）")
CODE_TRIES = Option("accounts.code_tries", default=5, low=1, high=10, text="每个验证码最多可试次数")
CODE_PAUSE = Option("accounts.code_pause_seconds", default=60, low=10, high=600, text="同一手机号同一用途两次验证码的最短间隔（秒）")
CODES_PER_PHONE = Option("accounts.codes_per_phone_per_day", default=10, low=1, high=100, text="每个手机号每天最多验证码条数")
CODES_PER_SOURCE = Option("accounts.codes_per_address_per_day", default=1000, low=1, high=100000, text="每个网络地址每天最多验证码条数")
LOGIN_FAILURES = Option("accounts.login_failures", default=5, low=3, high=50, text="连续输错多少次后锁定登录")
LOGIN_LOCK_MINUTES = Option("accounts.login_lock_minutes", default=15, low=1, high=1440, text="锁定登录多久（分钟）")
SOURCE_FAILURES = Option("accounts.login_failures_per_address", default=100, low=5, high=100000, text="每个网络地址在锁定时间内最多输错次数")
REGISTER_PER_SOURCE = Option("accounts.registrations_per_address_per_hour", default=1000, low=1, high=100000, text="每个网络地址每小时最多注册数")
TOKEN_DAYS = Option("accounts.token_days", default=30, low=1, high=365, text="登录令牌有效天数")
ADDRESS_LIMIT = Option("accounts.addresses_per_person", default=50, low=1, high=500, text="每人最多收货地址数")

VIEWS_LIMIT = Option("accounts.views_per_person", default=20, low=1, high=100, text="每人每个工作台最多存的视图数")
VIEW_DESKS = ("office", "shop")
VIEW_NAME_LENGTH, VIEW_CONDITIONS, VIEW_VALUE_LENGTH = 20, 20, 80
"""A view's name, how many conditions it has at most, and how long the value of one."""

PAYMENT_TRIES = Option("accounts.payment_password_tries", default=5, low=3, high=20, text="支付密码连续输错多少次后锁定")
PAYMENT_LOCK_MINUTES = Option(
    "accounts.payment_password_lock_minutes", default=15, low=1, high=1440, text="支付密码第一次锁定多久（分钟），之后每错一次加倍"
)
LONGEST_LOCK = timedelta(days=1)
PROOF_LIVES = timedelta(minutes=5)

SHORTEST_PASSWORD, LONGEST_PASSWORD = 8, 128
_USERNAME = re.compile(r"[0-9A-Za-z_一-鿿][0-9A-Za-z_.\-一-鿿]{2,31}")
_EMAIL = re.compile(r"[a-z0-9][a-z0-9._%+\-]*@(?:[a-z0-9](?:[a-z0-9\-]*[a-z0-9])?\.)+[a-z]{2,}")
LONGEST_EMAIL = 254
_MOBILE = re.compile(r"1[3-9]\d{9}")
_LANDLINE = re.compile(r"(?:\+86)?0\d{2,3}-?\d{7,8}(?:-\d{1,6})?")
_ABROAD = re.compile(r"\+\d{7,15}")
_CONTROL = {"Cc", "Cf", "Cs", "Co", "Cn"}
MOBILE_DIGITS = 11


@dataclass(frozen=True)
class Destination:
    """An address frozen for an order or a parcel; all texts, `code` is the six-digit division code."""

    name: str
    phone: str
    province: str
    city: str
    district: str
    street: str
    detail: str
    code: str

    def with_person(self, *, name: str, phone: str, street: str, detail: str) -> "Destination":
        """The same place for somebody at a door."""
        return replace(self, name=name, phone=phone, street=street, detail=detail)

    def fields(self) -> dict[str, Any]:
        """Field by field, as the tables of addresses, orders and parcels hold it."""
        return asdict(self)

    @property
    def region(self) -> str:
        """Province, city and district in one line; 市辖区 and its like are never shown."""
        shown = [part for part in (self.province, self.city, self.district) if part and part not in FILLERS]
        return "".join(dict.fromkeys(shown))

    @property
    def line(self) -> str:
        """The whole address in one line, without name and phone."""
        return f"{self.region}{self.street}{self.detail}"


FILLERS = frozenset({"市辖区", "县", "省直辖县级行政区划", "自治区直辖县级行政区划"})
"""Names of the statistics bureau that stand for «no such level»; people never read them."""


def tidy(text: str, longest: int, code: str = "accounts.text_malformed") -> str:
    """A line people typed: NFC, control characters out, blanks joined. Refuses with `code` when it is longer than `longest`."""
    clean = "".join(sign if unicodedata.category(sign) not in _CONTROL else " " for sign in unicodedata.normalize("NFC", text))
    clean = " ".join(clean.split())
    if len(clean) > longest:
        raise Malformed(code, longest=longest)
    return clean


def mobile(text: str) -> str:
    """A mobile number as we store it, +8613812346021. Refuses with `accounts.phone_malformed`."""
    digits = re.sub(r"[\s\-()（）.·]", "", unicodedata.normalize("NFKC", text))
    bare = re.sub(r"^(?:\+86|0086|86(?=1\d{10}$))", "", digits)
    if _MOBILE.fullmatch(bare) and bare.isascii():
        return "+86" + bare
    if _ABROAD.fullmatch(digits) and digits.isascii() and not digits.startswith("+86"):
        return digits
    raise Malformed("accounts.phone_malformed")


def is_mobile(text: str) -> bool:
    """Whether it reads as a mobile number."""
    try:
        mobile(text)
    except Malformed:
        return False
    return True


def login_name(text: str) -> str:
    """What somebody typed as his name, as names are kept; what cannot be a name stays distinct but finds nobody."""
    return unicodedata.normalize("NFKC", text[:200]).strip().casefold().replace("\x00", "")


def email(text: str) -> str:
    """A mail address in lower case. Refuses with `accounts.email_malformed`."""
    plain = text.strip().lower()
    if len(plain) > LONGEST_EMAIL or not _EMAIL.fullmatch(plain):
        raise Malformed("accounts.email_malformed")
    return plain


def contact(text: str) -> str:
    """A number a courier can call: a mobile, or a landline with its area code. Refuses with `accounts.phone_malformed`."""
    plain = unicodedata.normalize("NFKC", text).strip()
    try:
        return mobile(plain).removeprefix("+86")
    except Malformed:
        packed = re.sub(r"[\s()（）]", "", plain)
        if _LANDLINE.fullmatch(packed) and packed.isascii():
            return packed
        raise


def mask_phone(phone: str | None) -> str:
    """138 **** 6021; short numbers lose all but the last two digits, nothing gives nothing."""
    digits = (phone or "").removeprefix("+86")
    if len(digits) < MOBILE_DIGITS - 4:
        return "*" * max(0, len(digits) - 2) + digits[-2:]
    return f"{digits[:3]} **** {digits[-4:]}"


def mask_email(address: str) -> str:
    """c***@example.com: the first character of the name; nothing gives nothing."""
    name, at, domain = address.partition("@")
    return f"{name[:1]}***{at}{domain}" if address else ""


def mask_name(name: str) -> str:
    """张*: the first character and a star for the rest."""
    return name[:1] + "*" if name else ""


def username(text: str) -> str:
    """A user name: 3 to 32 letters, digits, Chinese characters, `_ . -`, in lower case; refuses with `accounts.name_malformed`.

    Eleven digits are refused too: they would read as somebody's phone.
    """
    name = unicodedata.normalize("NFKC", text).strip().casefold()
    if not _USERNAME.fullmatch(name) or _MOBILE.fullmatch(name):
        raise Malformed("accounts.name_malformed")
    return name


def password(text: str, names: tuple[str, ...], common: frozenset[str]) -> str:
    """The password if it is one: refuses with `accounts.password_short`, `_long`, `_common` or `_like_name`.

    At least 8 characters, no rules about which ones, not among the common ones, not the user name or the phone (also not reversed
    or with a few digits added).
    """
    if "\x00" in text:
        raise Malformed("accounts.password_malformed")
    if len(text) < SHORTEST_PASSWORD:
        raise Malformed("accounts.password_short", shortest=SHORTEST_PASSWORD)
    if len(text) > LONGEST_PASSWORD:
        raise Malformed("accounts.password_long", longest=LONGEST_PASSWORD)
    plain = text.casefold()
    if plain in common or len(set(plain)) == 1:
        raise Malformed("accounts.password_common")
    core = plain.strip("0123456789!@#._-") or plain
    for name in filter(None, (name.casefold() for name in names)):
        if plain in {name, name[::-1]} or (len(name) >= 4 and core == name.strip("0123456789!@#._-")):  # noqa: PLR2004 - shorter says nothing
            raise Malformed("accounts.password_like_name")
    return text


def payment_password(text: str) -> str:
    """Six digits that guard points and saved methods. Refuses (422) with `accounts.payment_password_malformed`, `accounts.payment_password_easy`.

    Easy are six equal digits and six in a row, up or down.
    """
    if not re.fullmatch(r"[0-9]{6}", text):
        raise Malformed("accounts.payment_password_malformed")
    steps = {int(after) - int(before) for before, after in pairwise(text)}
    if steps in ({0}, {1}, {-1}):
        raise Malformed("accounts.payment_password_easy")
    return text


def lock_span(wrong: int, tries: int, first: timedelta) -> timedelta:
    """How long the payment password is locked after so many wrong ones in a row: not before `tries`, then doubling, a day at most."""
    if wrong < tries:
        return timedelta()
    doubled: timedelta = first * (1 << min(wrong - tries, 20))
    return min(LONGEST_LOCK, doubled)
