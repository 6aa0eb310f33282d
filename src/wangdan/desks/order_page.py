"""One order's page on a desk: facts, what it waits for, money explained, people masked, the time line (D08.4, D12.3)."""

from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from wangdan.desks import journal_words, order_moves, order_parts, order_words, web
from wangdan.desks.templatetags.wd import money
from wangdan.kernel.errors import NotSeen
from wangdan.orders.models import Order
from wangdan.orders.rules import UNSHIPPED


def visible(request: HttpRequest) -> Any:
    """The orders the desk's person may see; a buyer's own orders are no work of his."""
    actor = web.actor(request)
    return Order.visible_to(actor)


def order_of(rows: Any, no: str) -> Order:
    """The order of that number within the rows. Refuses with 404."""
    found: Order | None = rows.filter(no=no).select_related("shop", "purchase", "pickup_point").first()
    if found is None:
        raise NotSeen
    return found


def context(request: HttpRequest, order: Order, rows: Any, base: str) -> dict[str, Any]:
    """Everything the page shows."""
    made = order_parts.facts(order, rows)
    only = request.GET.get("only") == "changes"
    waits = order_words.wait(order, made["parcels"])
    held = sum(int(share.get("quantity", 0)) for share in order.allocation)
    if waits:
        made |= {"waits": waits.text, "waits_on": waits.on, "waits_state": waits.state, "waits_icon": waits.icon}
        made |= {"due": waits.due, "since": waits.since}
    made |= {
        "actions": order_moves.actions(request, order, base),
        "allocation": order_parts.allocation_of(order),
        "held_text": _("留货 %(n)s 件") % {"n": held} if held and order.status in UNSHIPPED else "",
        "entries": journal_words.entries(order, made["parcels"], only_changes=only),
        "only_changes": only,
        "history": _history(order, rows),
        "delivery_text": _delivery(order),
        "money_notes": _money_notes(order, made["part"]),
        "address_text": order.destination.line if order.method == "courier" else order.pickup_point.address if order.pickup_point else "",
    }
    return made


def _history(order: Order, rows: Any) -> str:
    count = rows.filter(buyer_id=order.buyer_id).count()
    return ngettext("在这里下过 %(n)s 单", "在这里下过 %(n)s 单", count) % {"n": count}


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
