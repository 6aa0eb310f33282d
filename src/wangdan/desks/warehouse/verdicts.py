"""What the scan screen says: what to do now, right (green), wrong (red); one sentence big, one small."""

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from wangdan.desks import errors, moments
from wangdan.desks.templatetags.wd import groups
from wangdan.desks.warehouse import finding
from wangdan.fulfilment.models import Parcel
from wangdan.kernel.act import Actor
from wangdan.kernel.errors import Problem


@dataclass(frozen=True)
class Verdict:
    """The big field of the screen; `state` is empty, done or wrong, `code` stays selected in the scanner's field."""

    title: str
    text: str = ""
    state: str = ""
    icon: str = "scan"
    code: str = ""


def right(title: str, text: str = "") -> Verdict:
    """Green."""
    return Verdict(title, text, "done", "check")


def wrong(title: str, text: str = "", code: str = "") -> Verdict:
    """Red."""
    return Verdict(title, text, "wrong", "x", code)


def refused(problem: Problem, code: str = "") -> Verdict:
    """A refusal of the house as a red screen."""
    return wrong(_("不能这样做"), errors.text(problem.code, problem.detail), code)


def misread(actor: Actor, problem: Problem, code: str) -> Verdict:
    """A scan that does not count, with what was scanned instead."""
    read = finding.goods(actor, code)
    seen = _("扫到：%(title)s %(label)s，尾码 %(tail)s") % {"title": read.title, "label": read.label, "tail": read.tail} if read else ""
    if problem.code == "fulfilment.too_many_pieces":
        return wrong(_("这一种已经够了"), seen or _("多的放回去。"), code)
    if problem.code == "fulfilment.not_in_parcel":
        return wrong(_("不是这一件"), seen or _("扫到：%(code)s，不认识") % {"code": code[:40]}, code)
    return wrong(_("看不准是哪一件"), errors.text(problem.code, problem.detail), code)


def counted(stage: str, line: Any, before: int) -> Verdict:
    """A piece that counted; `line` as the screen shows it, `before` pieces of it were there."""
    if line.left:
        left = ngettext("再%(verb)s %(n)s 件", "再%(verb)s %(n)s 件", line.left) % {"verb": _("拣") if stage == "pick" else _("验"), "n": line.left}
    else:
        left = _("这一种齐了")
    return right(_("对，第 %(n)s 件") % {"n": before + 1}, left)


def ask(parcel: Parcel, stage: str, current: Any) -> Verdict:
    """What to do now, before anything was scanned."""
    if current is not None:
        left = ngettext("还差 %(n)s 件", "还差 %(n)s 件", current.left) % {"n": current.left}
        if stage == "pick":
            return Verdict(_("请扫商品"), _("去货位 %(bin)s，%(left)s") % {"bin": current.bin, "left": left} if current.bin else left)
        return Verdict(_("请扫商品"), _("核对型号、数量，看有没有破损，%(left)s") % {"left": left})
    if stage == "pack":
        return Verdict(_("装箱，加缓冲"), _("封好箱，扫包裹号 %(no)s") % {"no": groups(parcel.no)}, icon="package")
    if stage == "hand_over":
        return _ask_carrier(parcel)
    if stage == "collect":
        return Verdict(_("请买家报取货码"), _("六位数字，对了才能给包裹"), icon="key")
    if stage == "take_back":
        lost = parcel.status == "lost"
        return Verdict(_("找到后收回") if lost else _("等快递送回"), _("货完好就扫包裹号或运单号，放回货架"), icon="arrow-back-up")
    return over(parcel)


def _ask_carrier(parcel: Parcel) -> Verdict:
    if parcel.method == "pickup":
        return Verdict(_("送到自提点"), _("放好后扫包裹号"), icon="map-pin")
    if not parcel.waybill:
        return Verdict(_("约快递上门"), _("扫包裹号，就按建议的快递约"), icon="truck")
    when = _("%(when)s前上门，") % {"when": moments.ago(parcel.pickup_at)} if parcel.pickup_at else ""
    return Verdict(_("等快递取件"), when + _("贴好面单，交出时扫运单号"), icon="truck")


def over(parcel: Parcel) -> Verdict:
    """Nothing is left to do with it here."""
    words = {
        "handed_over": (_("已交给%(carrier)s") % {"carrier": parcel.carrier.name if parcel.carrier else _("自提点")}, "done", "check"),
        "delivered": (_("已签收"), "done", "check"),
        "returned": (_("已退回货架"), "done", "check"),
        "called_off": (_("这个包裹已撤销"), "wrong", "x"),
    }
    title, state, icon = words.get(parcel.status, (_("没有要做的"), "", "package"))
    text = _("把货放回货架，不要发出") if parcel.status == "called_off" else ""
    return Verdict(title, text, state, icon)


def stepped(parcel: Parcel, stage: str) -> Verdict:
    """A step was finished; what comes next for this parcel."""
    told = {
        "pick": (_("拣齐了"), _("接着验货：逐件再扫一遍")),
        "inspect": (_("验好了"), _("接着打包")),
        "pack": (_("打包好了"), _("接着交接")),
        "reserve": (_("运单号有了"), _("打印面单贴上，交出时扫运单号")),
        "hand_over": (_("已交给%(carrier)s") % {"carrier": parcel.carrier.name if parcel.carrier else _("自提点")}, _("按回车做下一件")),
        "collect": (_("取货码对了"), _("把包裹交给买家")),
        "take_back": (_("已收回"), _("货回到货架，可以再卖")),
    }
    return right(*told[stage])
