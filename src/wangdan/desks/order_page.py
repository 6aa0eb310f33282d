"""One order's page on a desk: facts, what it waits for, money explained, people masked, the time line (D08.4, D12.3)."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from wangdan.desks import journal_words, moments, order_moves, order_parts, order_words, web
from wangdan.desks.templatetags.wd import money
from wangdan.inventory import queries as inventory
from wangdan.inventory.models import Hold
from wangdan.kernel.errors import NotSeen
from wangdan.kernel.operation import may
from wangdan.orders import operations
from wangdan.orders.models import Order
from wangdan.payments.models import Refund

MONEY = frozenset({"finance", "supervisor", "admin"})
"""Who works on refunds."""
_MOST = 99


def visible(request: HttpRequest) -> Any:
    """The orders the desk's person may see; a buyer's own orders are no work of his."""
    actor = web.actor(request)
    return Order.visible_to(actor)


def order_of(rows: Any, no: str) -> Order:
    """The order of that number within the rows. Refuses with 404."""
    found: Order | None = rows.filter(no=no).select_related("shop", "purchase", "pickup_point", "buyer").first()
    if found is None:
        raise NotSeen
    return found


def looked(request: HttpRequest, order: Order, rows: Any, base: str, template: str) -> HttpResponse:
    """The page with name and phone in full, which is written down. Refuses with 403."""
    operations.look(web.caller(request), order.no)
    return render(request, template, context(request, order, rows, base) | {"full": True})


def context(request: HttpRequest, order: Order, rows: Any, base: str) -> dict[str, Any]:
    """Everything the page shows."""
    made = order_parts.facts(order, rows)
    only = request.GET.get("only") == "changes"
    waits = order_words.wait(order, made["parcels"])
    holds = [hold for hold in inventory.holds(order.ref) if hold.status in ("active", "short")]
    if waits:
        made |= {"waits": waits.text, "waits_on": waits.on, "waits_state": waits.state, "waits_icon": waits.icon}
        made |= {"due": waits.due, "since": waits.since}
    made |= {
        "marks": order_moves.marks(request, order),
        "may_look": may(web.actor(request), "orders.look"),
        "actions": order_moves.actions(request, order, base),
        "allocation": order_parts.allocation_of(order),
        "held_text": _held(holds),
        "holds": _holds(order, holds, made["lines"]),
        "refunds": _refunds(request, order),
        "entries": journal_words.entries(order, made["parcels"], only_changes=only),
        "only_changes": only,
        "history": _history(order, rows),
        "history_path": f"{base}?buyer={order.buyer_id}",
        "delivery_text": _delivery(order),
        "money_notes": _money_notes(order, made["part"]),
        "address_text": order.destination.line if order.method == "courier" else order.pickup_point.address if order.pickup_point else "",
    }
    return made


def _held(holds: list[Hold]) -> str:
    pieces = sum(hold.quantity for hold in holds if hold.status == "active")
    return _("留货 %(n)s 件") % {"n": pieces} if pieces else ""


def _holds(order: Order, holds: list[Hold], lines: list[Any]) -> list[str]:
    """Which pieces are promised where, since when; what a count did not find says so."""
    titles = {line.sku_id: line.title for line in lines}
    houses = {int(share["warehouse"]): str(share["warehouse_name"]) for share in order.allocation}
    words = {"active": _("%(warehouse)s：%(title)s × %(n)s，%(at)s 起留着"), "short": _("%(warehouse)s：%(title)s × %(n)s，盘点没有找到")}
    return [
        words[hold.status]
        % {
            "warehouse": houses.get(hold.warehouse_id, ""),
            "title": titles.get(hold.sku_id, "")[:16],
            "n": hold.quantity,
            "at": moments.exact(hold.at)[:16],
        }
        for hold in holds
    ]


def _refunds(request: HttpRequest, order: Order) -> list[dict[str, Any]]:
    """Money that went or goes back: how much, why, by which number, when asked and when done (one statement)."""
    opens = bool(web.actor(request).roles & MONEY)
    found = Refund.objects.filter(part__ref=order.ref).select_related("attempt").order_by("id")
    return [
        {
            "refund": refund,
            "why": order_words.reason_word(refund.reason),
            "way": order_words.method_word(refund.attempt.gateway),
            "path": f"/office/refunds/{refund.no}" if opens else "",
        }
        for refund in found
    ]


def _history(order: Order, rows: Any) -> str:
    """How many orders the buyer has in view here, counted no further than a hundred."""
    count = rows.filter(buyer_id=order.buyer_id).order_by()[: _MOST + 1].count()
    told = f"{_MOST}+" if count > _MOST else str(count)
    return ngettext("在这里下过 %(n)s 单", "在这里下过 %(n)s 单", count) % {"n": told}


def _delivery(order: Order) -> str:
    if order.method == "pickup" and order.pickup_point:
        return _("自提点：%(name)s") % {"name": order.pickup_point.name}
    return _("快递送货，%(method)s") % {"method": order_words.method_word(order.payment_method)}


def _money_notes(order: Order, part: Any) -> list[str]:
    if part is None:
        return []
    notes = [order_words.method_word(order.payment_method)]
    if part.refunding:
        notes.append(_("正在退 %(amount)s") % {"amount": money(part.refunding)})
    if part.refunded:
        notes.append(_("已退 %(amount)s") % {"amount": money(part.refunded)})
    return notes
