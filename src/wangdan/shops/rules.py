"""Who may open a shop: the life of an application, and what an identity or licence number must be. Plain Python."""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from wangdan.kernel.errors import Malformed
from wangdan.kernel.machine import Machine
from wangdan.kernel.option import Option

LIFE = Machine(
    "shops",
    start="submitted",
    moves=[
        ("approve", "submitted", "approved"),
        ("reject", "submitted", "rejected"),
        ("resubmit", "rejected", "submitted"),
        ("withdraw", ("submitted", "rejected"), "withdrawn"),
        ("fall_due", "approved", "due"),
        ("lapse", "due", "overdue"),
        ("hand_in", "due", "due"),
        ("hand_in", "overdue", "overdue"),
        ("renew", ("approved", "due", "overdue"), "approved"),
    ],
)
"""An application's life goes on as the shop's dossier: every six months somebody looks again (E-Commerce Law, article 27)."""

KINDS = ("individual", "enterprise")
PAPERS = {"individual": ("id_front", "id_back"), "enterprise": ("id_front", "id_back", "licence")}
"""What is handed in by kind: both sides of the identity card of whoever runs the shop, an enterprise's licence too."""
LOOKS = ("numbers", "id_front", "id_back", "licence")
"""What of an application is shown to a person only when he asks, and written down each time."""
LIVE = ("approved", "due", "overdue")
"""States of a shop that may sell."""
SHELVED = ("rejected", "withdrawn")
"""States of an application that came to nothing so far; its pictures are not kept for ever."""
OF_AGE = 18

RECHECK_MONTHS = Option("shops.recheck_months", default=6, low=1, high=24, text="店铺的身份和执照每多少个月核验一次（电子商务法第 27 条）")
NOTICE_DAYS = Option("shops.recheck_notice_days", default=30, low=1, high=90, text="核验到期前多少天提醒店铺并给平台开任务")
REVIEW_DAYS = Option("shops.review_days", default=3, low=1, high=30, text="开店申请应在几天内审核")
ERASE_DAYS = Option("shops.erase_papers_days", default=30, low=1, high=1095, text="没有通过或撤回的开店申请，证件照片多少天后删除")
PAUSE_OVERDUE = Option("shops.pause_overdue", default=False, text="到期还没有核验的店铺暂停销售（商品全部下架，核验通过自动恢复）")

SEATS = ("shop_clerk", "warehouse")
"""Roles that an owner may offer in his shop."""
INVITE_DAYS = Option("shops.invitation_days", default=7, low=1, high=30, text="店铺邀请多少天内有效")
MOST_INVITATIONS = Option("shops.open_invitations", default=20, low=1, high=200, text="每家店铺同时最多几个没有答复的邀请")

LONGEST_NAME, LONGEST_REASON = 40, 200
_CREDIT = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_CREDIT_SHAPE = re.compile(rf"[159Y][0-9A-HJ-NP-RTUWXY]\d{{6}}[{_CREDIT}]{{9}}[{_CREDIT}]")
_CREDIT_LENGTH = 18
_IDENTITY_SHAPE = re.compile(r"\d{17}[0-9X]")
_IDENTITY_CHECKS = "10X98765432"
_PROVINCES = frozenset(
    {
        *("11", "12", "13", "14", "15", "21", "22", "23", "31", "32", "33", "34", "35", "36", "37", "41", "42", "43", "44", "45", "46"),
        *("50", "51", "52", "53", "54", "61", "62", "63", "64", "65", "71", "81", "82", "83"),
    }
)


@dataclass(frozen=True)
class Asked:
    """What somebody hands in to open a shop (D07.1): who he is, what he trades as, where. All texts; numbers as on the papers."""

    kind: str
    shop_name: str
    name: str
    email: str
    phone: str
    identity: str
    company: str = ""
    licence_no: str = ""
    province: str = ""
    city: str = ""

    def __str__(self) -> str:
        """For logs: no name, no number."""
        return f"{self.kind} shop"


def _packed(text: str) -> str:
    return re.sub(r"\s", "", unicodedata.normalize("NFKC", text)).upper()


def credit_code(text: str) -> str:
    """A unified social credit code (GB 32100-2015) in capitals: 18 signs, the last of which follows from the others.

    Refuses with `shops.licence_malformed`.
    """
    code = _packed(text)
    if not _CREDIT_SHAPE.fullmatch(code) or not code.isascii():
        raise Malformed("shops.licence_malformed")
    total = sum(_CREDIT.index(sign) * pow(3, place, 31) for place, sign in enumerate(code[:-1]))
    if _CREDIT[-total % 31] != code[-1]:
        raise Malformed("shops.licence_malformed")
    return code


def identity_number(text: str) -> str:
    """A citizen's identity number (GB 11643-1999) in capitals: region, day of birth, sequence, check sign.

    Refuses with `shops.identity_malformed`.
    """
    number = _packed(text)
    if not _IDENTITY_SHAPE.fullmatch(number) or not number.isascii() or number[:2] not in _PROVINCES:
        raise Malformed("shops.identity_malformed")
    total = sum(int(sign) * pow(2, 17 - place, 11) for place, sign in enumerate(number[:-1]))
    if _IDENTITY_CHECKS[total % 11] != number[-1]:
        raise Malformed("shops.identity_malformed")
    born(number)
    return number


def born(identity: str) -> date:
    """The day of birth in an identity number. Refuses with `shops.identity_malformed` for a day that never was."""
    try:
        return date(int(identity[6:10]), int(identity[10:12]), int(identity[12:14]))
    except ValueError as error:
        raise Malformed("shops.identity_malformed") from error


def age(identity: str, today: date) -> int:
    """Full years of the holder on that day."""
    birth = born(identity)
    return today.year - birth.year - ((today.month, today.day) < (birth.month, birth.day))


def mask(number: str) -> str:
    """An identity or licence number as it is shown: the first three signs and the last two; short ones lose everything."""
    return f"{number[:3]}{'*' * (len(number) - 5)}{number[-2:]}" if len(number) > 5 else "*" * len(number)  # noqa: PLR2004 - three and two


def months_later(day: date, months: int) -> date:
    """The same day so many months on; the last of a month that is shorter."""
    at = day.year * 12 + day.month - 1 + months
    year, month = divmod(at, 12)
    for last in (day.day, 30, 29, 28):
        try:
            return date(year, month + 1, min(day.day, last))
        except ValueError:
            continue
    raise AssertionError


def missing_papers(kind: str, papers: Mapping[str, int]) -> list[str]:
    """Which papers of this kind of applicant are not there."""
    return [name for name in PAPERS[kind] if name not in papers]
