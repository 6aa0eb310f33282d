"""The words of every kind of notice, Chinese as written and English by the catalogue; params are filled in when somebody reads or it is sent."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils import timezone, translation
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from wangdan.notices.rules import yuan

_SHOWN_LINES = 3


@dataclass(frozen=True)
class Text:
    """Title and text of a kind; `%(name)s` takes a param or what `_filled` makes of the params."""

    title: str
    text: str
    listed: bool = False


TEXTS: dict[str, Text] = {
    "order_placed": Text(
        gettext_noop("订单已提交"),
        gettext_noop("收到您的订单 %(numbers)s：%(goods)s，合计 %(total)s。请在 %(pay_by)s 前付款，过时自动取消。"),
        listed=True,
    ),
    "order_placed_cod": Text(
        gettext_noop("订单已提交"), gettext_noop("收到您的订单 %(numbers)s：%(goods)s，合计 %(total)s，货到付款。等店铺接单。"), listed=True
    ),
    "order_paid": Text(gettext_noop("付款成功，订单已确认"), gettext_noop("订单 %(numbers)s 已付款 %(total)s，信息核对无误。等店铺接单。")),
    "order_held": Text(
        gettext_noop("订单正在核对"), gettext_noop("订单 %(numbers)s 的信息要核对一下，核对好就交给店铺，需要时客服会联系您。%(paid)s")
    ),
    "order_confirm_please": Text(
        gettext_noop("请确认订单信息"),
        gettext_noop("请打开订单 %(numbers)s，看看商品、数量和收货地址对不对：没有问题就点“信息无误”，要改就先改地址。"),
    ),
    "order_passed": Text(
        gettext_noop("订单已确认"), gettext_noop("订单 %(numbers)s 已核对无误：%(goods)s，合计 %(total)s。等店铺接单。"), listed=True
    ),
    "order_rejected": Text(gettext_noop("订单没有通过核对"), gettext_noop("订单 %(numbers)s 没有通过核对，已关闭。%(money_back)s有疑问请联系客服。")),
    "order_cash_taken": Text(gettext_noop("货款已收到"), gettext_noop("订单 %(numbers)s 的货款 %(total)s 已由快递员收到。")),
    "payment_failed": Text(
        gettext_noop("付款没有成功"), gettext_noop("订单 %(numbers)s 的这次付款没有成功，没有扣款。请在付款期限前再付一次，或换一种方式。")
    ),
    "order_accepted": Text(gettext_noop("店铺已接单"), gettext_noop("%(shop)s已接单，正在备货。订单 %(numbers)s。")),
    "order_declined": Text(gettext_noop("店铺不能发货"), gettext_noop("%(shop)s不能供应订单 %(numbers)s：%(reason)s。%(money_back)s")),
    "order_cancelled": Text(gettext_noop("订单已取消"), gettext_noop("订单 %(numbers)s 已按您的要求取消。%(money_back)s")),
    "order_called_off": Text(gettext_noop("订单被取消"), gettext_noop("订单 %(numbers)s 已被取消，原因：%(reason)s。%(money_back)s")),
    "order_expired": Text(gettext_noop("订单已自动取消"), gettext_noop("订单 %(numbers)s 没有在期限内付款，已自动取消。想要的话请重新下单。")),
    "order_accept_late": Text(gettext_noop("店铺还没有接单"), gettext_noop("%(shop)s超过了接单的时限，平台已在催。订单 %(numbers)s。%(over)s")),
    "order_ship_late": Text(gettext_noop("店铺还没有发货"), gettext_noop("%(shop)s超过了发货的时限，平台已在催。订单 %(numbers)s。%(over)s")),
    "order_not_accepted": Text(
        gettext_noop("店铺没有接单，订单已取消"), gettext_noop("%(shop)s没有在时限内接单，订单 %(numbers)s 已自动取消。%(money_back)s")
    ),
    "order_not_shipped": Text(
        gettext_noop("店铺没有发货，订单已取消"), gettext_noop("%(shop)s没有在时限内发货，订单 %(numbers)s 已自动取消。%(money_back)s")
    ),
    "parcel_shipped": Text(
        gettext_noop("商品已发货"), gettext_noop("订单 %(numbers)s 已发货：%(goods)s。%(carrier)s，运单号 %(waybill)s。%(arrival)s"), listed=True
    ),
    "parcel_at_point": Text(
        gettext_noop("可以取货了"), gettext_noop("订单 %(numbers)s 已送到%(point)s：%(goods)s。请凭订单页面上的取货码去取。"), listed=True
    ),
    "parcel_near": Text(gettext_noop("正在派送"), gettext_noop("订单 %(numbers)s 的包裹正在派送，请保持电话畅通。%(carrier)s，运单号 %(waybill)s。")),
    "parcel_delivered": Text(gettext_noop("一个包裹已签收"), gettext_noop("订单 %(numbers)s 的包裹 %(waybill)s 已签收，其余包裹还在路上。")),
    "parcel_lost": Text(gettext_noop("包裹可能丢失"), gettext_noop("快递找不到订单 %(numbers)s 的包裹 %(waybill)s，客服会联系您。")),
    "order_delivered": Text(
        gettext_noop("已签收，请确认收货"), gettext_noop("订单 %(numbers)s 已签收。请打开检查，没有问题就确认收货；%(confirm_by)s 之后自动确认。")
    ),
    "order_completed": Text(gettext_noop("交易完成"), gettext_noop("订单 %(numbers)s 已确认收货，交易完成。")),
    "order_completed_by_time": Text(gettext_noop("交易完成"), gettext_noop("订单 %(numbers)s 已到自动确认的时间，交易完成。")),
    "order_returned": Text(gettext_noop("包裹被退回"), gettext_noop("订单 %(numbers)s 的包裹没有人收货，正在退回。%(money_back)s")),
    "refund_done": Text(gettext_noop("退款到账"), gettext_noop("订单 %(numbers)s 的 %(total)s 已原路退回，退款单 %(refund)s。")),
    "shop_order_placed": Text(
        gettext_noop("有新订单，等待付款"), gettext_noop("新订单 %(numbers)s：%(goods)s，合计 %(total)s。买家付款后请接单。"), listed=True
    ),
    "shop_order_placed_cod": Text(
        gettext_noop("有新订单，请接单"),
        gettext_noop("新订单 %(numbers)s：%(goods)s，合计 %(total)s，货到付款。请在 %(hours)s 小时内接单。"),
        listed=True,
    ),
    "shop_order_paid": Text(
        gettext_noop("订单已付款，请接单"),
        gettext_noop("订单 %(numbers)s 已付款：%(goods)s，合计 %(total)s。请在 %(hours)s 小时内接单。"),
        listed=True,
    ),
    "shop_order_reminded": Text(gettext_noop("买家催发货"), gettext_noop("订单 %(numbers)s 的买家在等发货：%(goods)s。请尽快处理。"), listed=True),
    "shop_order_cancelled": Text(
        gettext_noop("订单被取消"), gettext_noop("订单 %(numbers)s 已取消，原因：%(reason)s。留的货已放回货架，请不要再备货。")
    ),
    "shop_order_expired": Text(gettext_noop("订单超时未付"), gettext_noop("订单 %(numbers)s 没有在期限内付款，已自动取消，留的货已放回货架。")),
    "shop_accept_soon": Text(gettext_noop("快到接单时限"), gettext_noop("订单 %(numbers)s 请在 %(due)s 前接单或拒单。")),
    "shop_ship_soon": Text(gettext_noop("快到发货时限"), gettext_noop("订单 %(numbers)s 请在 %(due)s 前发货。")),
    "shop_accept_late": Text(
        gettext_noop("接单超时，平台已介入"), gettext_noop("订单 %(numbers)s 已超过接单时限，客服会联系您。请马上接单或拒单。%(over)s")
    ),
    "shop_ship_late": Text(gettext_noop("发货超时，平台已介入"), gettext_noop("订单 %(numbers)s 已超过发货时限，客服会联系您。请马上发货。%(over)s")),
    "shop_not_accepted": Text(
        gettext_noop("超时没有接单，订单已取消"), gettext_noop("订单 %(numbers)s 一直没有接单，已自动取消，钱退给买家，留的货已放回货架。")
    ),
    "shop_not_shipped": Text(
        gettext_noop("超时没有发货，订单已取消"),
        gettext_noop("订单 %(numbers)s 一直没有发货，已自动取消，钱退给买家，留的货已放回货架，请不要再发。"),
    ),
    "shop_address_changed": Text(gettext_noop("收货地址已修改"), gettext_noop("订单 %(numbers)s 换了收货地址，请按新地址发货。")),
    "shop_slot_changed": Text(gettext_noop("送货时段已改"), gettext_noop("订单 %(numbers)s 的买家改了送货时段，请按订单上的新时段送。")),
    "order_edited": Text(gettext_noop("订单有改动"), gettext_noop("客服修改了订单 %(numbers)s，现在是：%(goods)s，合计 %(total)s。"), listed=True),
    "order_edited_back": Text(
        gettext_noop("订单有改动"), gettext_noop("客服修改了订单 %(numbers)s，现在是：%(goods)s，合计 %(total)s。%(money_back)s"), listed=True
    ),
    "shop_order_edited": Text(
        gettext_noop("订单有改动"), gettext_noop("平台修改了订单 %(numbers)s，现在是：%(goods)s，合计 %(total)s。请按新的备货。"), listed=True
    ),
    "shop_reminded": Text(
        gettext_noop("平台催单"), gettext_noop("订单 %(numbers)s 在等您处理：%(goods)s，合计 %(total)s。请尽快接单或发货。"), listed=True
    ),
    "shop_order_completed": Text(gettext_noop("买家已确认收货"), gettext_noop("订单 %(numbers)s 交易完成，货款 %(total)s。")),
    "shop_order_rejected": Text(gettext_noop("订单已关闭"), gettext_noop("订单 %(numbers)s 没有通过平台核对，已关闭，留的货已放回货架。")),
    "audit_due": Text(gettext_noop("有订单等审核"), gettext_noop("订单 %(numbers)s 还没有审核，请在 %(due)s 前处理。")),
    "audit_overdue": Text(gettext_noop("订单超时没有审核"), gettext_noop("订单 %(numbers)s 应在 %(due)s 前审核，已经超时，请主管处理。")),
    "shop_order_returned": Text(gettext_noop("包裹被退回"), gettext_noop("订单 %(numbers)s 的包裹没有人收货，正在退回仓库。")),
    "shop_applied": Text(gettext_noop("开店申请已收到"), gettext_noop("“%(shop)s”的申请已收到，%(days)s 天内审核，结果会通知您。")),
    "shop_approved": Text(gettext_noop("店铺开通了"), gettext_noop("“%(shop)s”已通过审核，现在可以上架商品。身份和执照到 %(due)s 再核验一次。")),
    "shop_rejected": Text(gettext_noop("开店申请被退回"), gettext_noop("“%(shop)s”的申请要修改：%(reason)s。改好可以马上重交。")),
    "shop_check_due": Text(
        gettext_noop("店铺快到核验期"), gettext_noop("“%(shop)s”的身份和执照要在 %(due)s 前核验。证件换过的，请在“开店资料”里交新的照片。")
    ),
    "shop_check_overdue": Text(
        gettext_noop("店铺核验已过期"), gettext_noop("“%(shop)s”的身份和执照过期还没有核验，请马上在“开店资料”里交证件照片。")
    ),
    "shop_check_paused": Text(
        gettext_noop("店铺暂停销售"), gettext_noop("“%(shop)s”的身份和执照过期还没有核验，商品已全部下架；核验通过后自动恢复。")
    ),
    "shop_check_renewed": Text(gettext_noop("店铺核验通过"), gettext_noop("“%(shop)s”已核验，下一次在 %(due)s 前。")),
    "shop_invited": Text(gettext_noop("有店铺邀请您"), gettext_noop("“%(shop)s”邀请您担任店员或仓库人员，%(due)s 前答复有效。")),
    "coupon_given": Text(gettext_noop("收到一张优惠券"), gettext_noop("%(giver)s送您一张“%(coupon)s”，%(due)s 前有效。")),
    "coupon_expiring": Text(gettext_noop("优惠券快到期"), gettext_noop("您的“%(coupon)s”还没有用，%(due)s 到期。")),
    "points_earned": Text(gettext_noop("积分到账"), gettext_noop("订单 %(numbers)s 已完成，得到 %(points)s 积分。")),
    "points_granted": Text(gettext_noop("积分到账"), gettext_noop("平台送您 %(points)s 积分。")),
    "points_back": Text(gettext_noop("积分已退回"), gettext_noop("订单 %(numbers)s 用的 %(points)s 积分已退回。")),
    "registered": Text(gettext_noop("欢迎来到网单"), gettext_noop("账号已开通。绑定手机号和邮箱后，发货和签收时会另外通知您，忘记密码也能找回。")),
    "password_changed": Text(
        gettext_noop("密码已修改"), gettext_noop("您的登录密码刚刚改过，其他设备已退出登录。不是您本人改的，请马上用手机验证码重设密码。")
    ),
    "code_register": Text(gettext_noop("注册验证码"), gettext_noop("验证码 %(code)s，%(minutes)s 分钟内有效，用于注册。请不要告诉任何人。")),
    "code_login": Text(gettext_noop("登录验证码"), gettext_noop("验证码 %(code)s，%(minutes)s 分钟内有效，用于登录。请不要告诉任何人。")),
    "code_password": Text(
        gettext_noop("重设密码验证码"), gettext_noop("验证码 %(code)s，%(minutes)s 分钟内有效，用于重设密码。不是您本人操作，请不要理会。")
    ),
    "code_phone": Text(
        gettext_noop("绑定手机验证码"), gettext_noop("验证码 %(code)s，%(minutes)s 分钟内有效，用于绑定这个手机号。请不要告诉任何人。")
    ),
    "code_confirm": Text(
        gettext_noop("确认身份验证码"), gettext_noop("验证码 %(code)s，%(minutes)s 分钟内有效，用于确认是您本人在改手机号或邮箱。请不要告诉任何人。")
    ),
    "code_email": Text(gettext_noop("绑定邮箱验证码"), gettext_noop("验证码 %(code)s，%(minutes)s 分钟内有效，用于绑定这个邮箱。请不要告诉任何人。")),
}
"""Kind → its words."""


class _Filled(dict[str, Any]):
    """A param that a notice of an older day does not have reads as nothing."""

    def __missing__(self, _name: str) -> str:
        return ""


def _moment(text: Any) -> str:
    found = parse_datetime(text) if isinstance(text, str) else text
    return f"{timezone.localtime(found):%Y-%m-%d %H:%M}" if isinstance(found, datetime) else ""


def _goods(lines: list[dict[str, Any]]) -> str:
    """The goods in a few words: the first three by name, the rest by their number."""
    shown = [f"{line['title']} × {line['quantity']}" for line in lines[:_SHOWN_LINES]]
    text = _("、").join(shown)
    return _("%(goods)s 等 %(n)s 种") % {"goods": text, "n": len(lines)} if len(lines) > _SHOWN_LINES else text


def _arrival(params: Mapping[str, Any]) -> str:
    return _("预计 %(day)s 送到。") % {"day": _moment(params["eta"])[:10]} if params.get("eta") else ""


def _money_back(params: Mapping[str, Any]) -> str:
    back = int(params.get("back") or 0)
    return _("已付的 %(amount)s 会原路退回。") % {"amount": yuan(back)} if back else _("没有扣款。")


def _over(params: Mapping[str, Any]) -> str:
    return _("到 %(at)s 还没有办，订单自动取消。") % {"at": _moment(params["over_at"])} if params.get("over_at") else ""


def _filled(params: Mapping[str, Any]) -> _Filled:
    """The params with what people read: numbers in one piece so that they can be copied, money, local times, goods in a few words."""
    return _Filled(
        {
            **params,
            "numbers": _("、").join(map(str, params.get("numbers", []))),
            "refund": str(params.get("refund", "")),
            "total": yuan(int(params.get("total") or 0), str(params.get("currency") or "CNY")),
            "goods": _goods(params.get("lines", [])),
            "pay_by": _moment(params.get("pay_by")),
            "confirm_by": _moment(params.get("confirm_by")),
            "due": _moment(params.get("due")),
            "paid": _("已付的 %(amount)s 我们先替您保管。") % {"amount": yuan(int(params["total"]))} if params.get("paid") else "",
            "over": _over(params),
            "giver": params.get("shop") or _("平台"),
            "arrival": _arrival(params),
            "money_back": _money_back(params),
        }
    )


def title(kind: str) -> str:
    """The title of a kind in the present language; an unknown kind reads as a message."""
    found = TEXTS.get(kind)
    return _(found.title) if found else _("消息")


def text(kind: str, params: Mapping[str, Any]) -> str:
    """The text of a notice in the present language."""
    found = TEXTS.get(kind)
    return (_(found.text) % _filled(params)).strip() if found else ""


def sms(kind: str, params: Mapping[str, Any], language: str) -> str:
    """The text of an SMS in the language of its reader, signed as SMS are."""
    with translation.override(language):
        return _("【网单】%(text)s") % {"text": text(kind, params)}


def mail(kind: str, params: Mapping[str, Any], language: str, link: str = "") -> tuple[str, str]:
    """Subject and text of a mail in the language of its reader; the goods with their prices one by one, and where to look."""
    with translation.override(language):
        numbers = _filled(params)["numbers"]
        head = _("%(title)s：%(numbers)s") % {"title": title(kind), "numbers": numbers} if numbers else title(kind)
        parts = [text(kind, params)]
        if TEXTS[kind].listed:
            parts.append("\n".join(_listed(line) for line in params.get("lines", [])))
        if link:
            parts.append(_("查看：%(link)s") % {"link": link})
        parts.append(_("网单"))
        return head, "\n\n".join(part for part in parts if part)


def _listed(line: Mapping[str, Any]) -> str:
    specs = f" {line['specs']}" if line.get("specs") else ""
    price = f"  {yuan(int(line['amount']))}" if line.get("amount") is not None else ""
    return f"{line['title']}{specs} × {line['quantity']}{price}"
