"""What a parcel gone astray or goods that are missing mean for money and stock, spelled out, with what can be done (D04.6, D10.4)."""

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from wangdan.catalogue.models import Sku
from wangdan.desks.templatetags.wd import groups, money
from wangdan.fulfilment import queries as fulfilment
from wangdan.fulfilment.models import Parcel
from wangdan.inventory import queries as inventory
from wangdan.orders.models import Line, Order
from wangdan.orders.operations.returning import worth
from wangdan.promotions.rules import part_of
from wangdan.tasks.models import Task

Effect = tuple[str, str, str]
"""Icon, a word, a sentence."""


def _pieces(count: int) -> str:
    return ngettext("%(n)s 件", "%(n)s 件", count) % {"n": count}


def order_of(ref: str) -> Order | None:
    """The order that a ref names."""
    return Order.objects.filter(no=ref.partition(":")[2]).first() if ref.startswith("orders:") else None


def of_parcel(parcel: Parcel, order: Order | None) -> list[Effect]:
    """What a refused or lost parcel means: what its goods were sold for, where they are, what the courier was to collect."""
    share = worth(order, fulfilment.parcels_of(parcel.ref_of), [parcel.no]) if order else 0
    told: list[Effect] = []
    if order and parcel.settled == "resent":
        told.append(("coin", _("钱"), _("货已补发，买家没有损失，不退款")))
    elif order and (parcel.status in ("refused", "returned") or parcel.settled == "refunded"):
        paid = _("这个包裹值 %(amount)s，已发起退款") if order.paid_at else _("货到付款，没有收到钱，不用退")
        told.append(("coin", _("钱"), paid % {"amount": money(share)} if order.paid_at else paid))
    elif order:
        told.append(("coin", _("钱"), _("这个包裹值 %(amount)s；退款就退这么多，补发就不退") % {"amount": money(share)}))
    where = {
        "refused": _("%(n)s不在库存里，在回仓路上；收回后放回货架可以再卖"),
        "lost": _("%(n)s已从库存扣掉，找不到就是损失；找到收回后放回货架"),
        "returned": _("%(n)s已放回货架"),
    }.get(parcel.status, _("%(n)s已发出"))
    told.append(("packages", _("货"), where % {"n": _pieces(parcel.pieces)}))
    if parcel.cod_amount:
        told.append(("cash", _("代收货款"), _("快递没有把 %(amount)s 交来") % {"amount": money(parcel.cod_amount)}))
    if parcel.claim is not None:
        said = _("已赔 %(paid)s") % {"paid": money(parcel.claim_paid)} if parcel.claim_paid is not None else _("等快递答复")
        told.append(("report-money", _("索赔"), _("向快递要 %(amount)s，%(said)s") % {"amount": money(parcel.claim), "said": said}))
    return told


def of_task(task: Task) -> list[Effect]:
    """What the thing a task is about means for money and stock; nothing where it is not about parcels and pieces."""
    if task.kind == "inventory.short":
        return _of_shortage(task)
    if task.ref.startswith("parcels:"):
        parcel = Parcel.objects.filter(no=task.ref.partition(":")[2]).first()
        return of_parcel(parcel, order_of(parcel.ref_of)) if parcel and parcel.status in ("refused", "lost", "returned") else []
    return []


def _of_shortage(task: Task) -> list[Effect]:
    """Pieces that a count did not find: what they were sold for, where others lie, what happens if nobody does anything."""
    order, sku, pieces = order_of(task.ref), int(task.detail.get("sku", 0)), int(task.detail.get("pieces", 0))
    line = Line.objects.filter(order=order, sku=sku).first() if order else None
    if line is None:
        return []
    pieces = min(pieces, line.quantity)
    amount = part_of(line.total, line.quantity, 0, pieces)
    free = inventory.free_in({sku: Sku.objects.values_list("product__shop", flat=True).get(pk=sku)})
    lies = _("、").join(_("%(house)s %(n)s") % {"house": row.warehouse.name, "n": _pieces(row.available)} for row in free[:4])
    what = _("%(title)s 缺 %(n)s，其余照发不了这一种") % {"title": line.title, "n": _pieces(pieces)}
    elsewhere = _("还有：%(lies)s；拣货时报缺会自动改由那里发") % {"lies": lies} if lies else _("别的仓库也没有")
    worth_it = {"amount": money(amount), "no": groups(order.no if order else "")}
    return [
        ("packages", _("货"), what),
        ("building-warehouse", _("别处"), elsewhere),
        ("coin", _("钱"), _("这些值 %(amount)s；不补货只能取消订单 %(no)s，全额退款") % worth_it),
        ("refresh", _("不管它"), _("补到货自动留给这张订单，任务自己关掉；在那之前包裹不能交接")),
    ]
