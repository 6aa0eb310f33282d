"""Offers in words: what one gives, on which goods, until when; the steps of a price; why a coupon does not work here."""

from collections.abc import Iterable, Sequence
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext_lazy

from wangdan.desks import moments
from wangdan.desks.templatetags.wd import plain_money
from wangdan.promotions.models import Offer
from wangdan.promotions.rules import Share

STEPS: dict[str, Any] = {
    "level": gettext_lazy("会员折扣"),
    "shop_reduction": gettext_lazy("店铺满减"),
    "platform_reduction": gettext_lazy("平台满减"),
    "shop_coupon": gettext_lazy("店铺券"),
    "platform_coupon": gettext_lazy("平台券"),
    "office": gettext_lazy("客服改价"),
    "points": gettext_lazy("积分"),
    "freight": gettext_lazy("包邮券"),
}
KINDS: dict[str, Any] = {"full": gettext_lazy("满减"), "percent": gettext_lazy("折扣"), "free_freight": gettext_lazy("包邮")}
WAYS: dict[str, Any] = {"reduction": gettext_lazy("满减活动"), "coupon": gettext_lazy("优惠券")}
SCOPES: dict[str, Any] = {
    "all": gettext_lazy("全部商品"),
    "shops": gettext_lazy("指定店铺"),
    "categories": gettext_lazy("指定分类"),
    "products": gettext_lazy("指定商品"),
}
MOVES: dict[str, Any] = {"pause": pgettext_lazy("button", "暂停"), "resume": gettext_lazy("继续"), "end": gettext_lazy("结束活动")}
DONE: dict[str, Any] = {
    "promotions.create": gettext_lazy("发布"),
    "promotions.pause": gettext_lazy("暂停了"),
    "promotions.resume": gettext_lazy("继续了"),
    "promotions.end": gettext_lazy("结束了"),
}
"""What the journal says about an offer."""
WHY_NOT: dict[str, Any] = {
    "other_goods": gettext_lazy("不适用于这些商品"),
    "other_gives_more": gettext_lazy("另一个优惠减得更多"),
    "nothing_left": gettext_lazy("这一单已经没有可减的"),
}


def short(amount: int) -> str:
    """An amount without the fen it does not have: 200, 19.90."""
    return plain_money(amount).removesuffix(".00")


def benefit(offer: Any) -> str:
    """What it gives: 满 200 减 20，满 300 减 50; of an Offer row or of one as the pricing takes it."""
    told = _("，").join(_rung(offer, int(full), int(off)) for full, off in offer.rungs)
    if offer.cap and offer.kind != "full":
        told += _("，最多减 %(cap)s") % {"cap": short(offer.cap)}
    return told


def _rung(offer: Any, full: int, off: int) -> str:
    said = {"full": short(full), "off": short(off), "percent": off}
    if offer.kind == "free_freight":
        return _("满 %(full)s 包邮") % said if full else _("包邮")
    if offer.kind == "percent":
        return _("满 %(full)s 减 %(percent)s%%") % said if full else _("减 %(percent)s%%") % said
    if offer.every:
        return _("每满 %(full)s 减 %(off)s") % said
    return _("满 %(full)s 减 %(off)s") % said if full else _("立减 %(off)s") % said


def giver(offer: Any) -> str:
    """Whose offer it is, as buyers read it."""
    return offer.shop.name if offer.shop_id else _("平台")


def scope(offer: Offer) -> str:
    """On which goods."""
    if offer.scope == "all":
        return _("全店可用") if offer.shop_id else _("全平台可用")
    n = len(offer.targets)
    if offer.scope == "shops":
        return ngettext("%(n)s 家店可用", "%(n)s 家店可用", n) % {"n": n}
    if offer.scope == "categories":
        return ngettext("%(n)s 个分类可用", "%(n)s 个分类可用", n) % {"n": n}
    return ngettext("%(n)s 件商品可用", "%(n)s 件商品可用", n) % {"n": n}


def until(offer: Offer) -> str:
    """How long a coupon of it is good."""
    if offer.days:
        return ngettext("领取后 %(n)s 天内有效", "领取后 %(n)s 天内有效", offer.days) % {"n": offer.days}
    return _("%(day)s 前有效") % {"day": moments.exact(offer.ends_at)[:16]}


def why_not(why: str, lacks: int) -> str:
    """Why it does not work here, empty when it does."""
    if why == "not_reached":
        return _("还差 %(amount)s") % {"amount": plain_money(lacks)}
    return str(WHY_NOT.get(why, ""))


def label(share: Share) -> str:
    """A step as a row of a sum: the offer's own name where it has one."""
    return share.name or str(STEPS[share.step])


def explained(share: Share, lines: Sequence[Any], shares: Iterable[Iterable[Share]], points: int = 0) -> str:
    """How a step came about: what it is, who bears it, and its share on every line."""
    bears = _("店铺承担") if share.funder == "shop" else _("平台承担")
    told = [_("%(what)s，%(bears)s。") % {"what": STEPS[share.step], "bears": bears}]
    if points:
        told = [_("用 %(points)s 积分。") % {"points": points}]
    parts = [
        _("%(title)s −%(amount)s") % {"title": str(line.title)[:16], "amount": plain_money(each.amount)}
        for line, of_line in zip(lines, shares, strict=True)
        for each in of_line
        if (each.step, each.offer) == (share.step, share.offer)
    ]
    told.append(_("按金额分到：%(parts)s。退一件时按这个数退。") % {"parts": _("，").join(parts)})
    return "\n".join(told)
