"""What can be done to a cart: a person's, or a stranger's who shows its secret. Nothing is reserved by it."""

from typing import Any

from wangdan.catalogue.models import Sku
from wangdan.checkout import queries
from wangdan.checkout.models import Cart, CartLine
from wangdan.checkout.queries.carts import digest, lines_of, sold_now
from wangdan.checkout.rules import CART_LIMIT, pieces
from wangdan.kernel.act import Act, Actor
from wangdan.kernel.errors import Malformed, NotSeen, Refused
from wangdan.kernel.operation import operation
from wangdan.orders import queries as orders
from wangdan.orders.rules import PIECES_LIMIT

SECRET_LENGTHS = range(20, 201)
"""Characters of a stranger's secret: long enough not to be guessed."""


def _root(actor: Actor, *, secret: str = "", **_: Any) -> int | None:
    """The person's own root; for strangers the root of the cart with that secret, if there is one."""
    if actor.root_id is not None or not secret:
        return actor.root_id
    return Cart.objects.filter(secret=digest(secret)).values_list("root_id", flat=True).first()


def _cart(act: Act, secret: str) -> Cart:
    """The cart, made when there is none yet; locked through its root."""
    if act.actor.id is not None:
        cart, _new = Cart.objects.get_or_create(person_id=act.actor.id, defaults={"root_id": act.root_id or 0, "changed_at": act.now})
    else:
        if len(secret) not in SECRET_LENGTHS:
            raise Malformed("checkout.secret_malformed")
        found = Cart.objects.filter(secret=digest(secret)).first()
        if found is None:
            Cart.objects.bulk_create([Cart(root=act.new_root("carts"), secret=digest(secret), changed_at=act.now)], ignore_conflicts=True)
            found = Cart.objects.get(secret=digest(secret))
        cart = found
    act.entry.ref = cart.ref
    return cart


def _line(act: Act, line: int, secret: str) -> CartLine:
    """A line of the actor's own cart; any other is not seen."""
    found = lines_of(act.actor, secret).select_related("sku").filter(pk=line if 0 < line < 2**63 else 0).first()
    if found is None:
        raise NotSeen
    act.entry.ref = f"carts:{found.cart_id}"
    return found


def _sku(sku: int) -> Sku:
    """A SKU that is sold now: 404 for none, `checkout.not_for_sale` for one that is not."""
    found = queries.goods_of([sku if 0 < sku < 2**63 else 0]).get(sku)
    if found is None:
        raise NotSeen
    if not sold_now(found):
        raise Refused("checkout.not_for_sale", skus=[sku])
    return found


def _put(act: Act, cart_id: int, sku: int, quantity: int) -> CartLine:
    """So many pieces more of a SKU, in the line that has it or in a new one."""
    kept = CartLine.objects.filter(cart_id=cart_id)
    line = kept.filter(sku_id=sku).first()
    if line is None:
        if kept.count() >= CART_LIMIT:
            raise Refused("checkout.cart_full", high=CART_LIMIT)
        return CartLine.objects.create(cart_id=cart_id, sku_id=sku, quantity=pieces(quantity), added_at=act.now)
    line.quantity, line.chosen = pieces(line.quantity + quantity), True
    line.save(update_fields=["quantity", "chosen"])
    return line


@operation("checkout.add", root=_root)
def add(act: Act, *, sku: int, quantity: int = 1, secret: str = "") -> int:
    """Put pieces of a SKU into the cart (D01.3, D05.3); returns the line's id.

    Refuses with 404, `checkout.not_for_sale`, `checkout.cart_full` (200 SKUs), `checkout.too_many_pieces` (999), 422 for no quantity.
    """
    quantity = pieces(quantity)
    wanted = _sku(sku)
    cart = _cart(act, secret)
    line = _put(act, cart.pk, wanted.pk, quantity)
    act.note(f"sku:{wanted.pk}", line.quantity - quantity, line.quantity)
    return int(line.pk)


@operation("checkout.add_again", root="actor")
def add_again(act: Act, *, order: str) -> int:
    """Put what the actor once ordered into his cart again, as many pieces (D05.7); what is not sold any more stays out. Returns how many kinds came.

    Refuses with 404 for an order he did not make, `checkout.not_for_sale` when nothing of it is sold now, `checkout.cart_full`.
    """
    bought = orders.lines_bought(act.actor, order)
    goods = queries.goods_of(bought)
    wanted = {sku: count for sku, count in bought.items() if sku in goods and sold_now(goods[sku])}
    if not wanted:
        raise Refused("checkout.not_for_sale", skus=list(bought))
    cart = _cart(act, "")
    kept = {line.sku_id: line for line in CartLine.objects.filter(cart=cart)}
    if len(kept.keys() | wanted.keys()) > CART_LIMIT:
        raise Refused("checkout.cart_full", high=CART_LIMIT)
    there = [kept[sku] for sku in wanted if sku in kept]
    for line in there:
        line.quantity, line.chosen = min(PIECES_LIMIT, line.quantity + wanted[line.sku_id]), True
    CartLine.objects.bulk_update(there, ["quantity", "chosen"])
    CartLine.objects.bulk_create(
        [CartLine(cart=cart, sku_id=sku, quantity=count, added_at=act.now) for sku, count in wanted.items() if sku not in kept]
    )
    act.note("lines", len(kept), len(kept.keys() | wanted.keys()))
    return len(wanted)


@operation("checkout.change", root=_root)
def change(act: Act, *, line: int, quantity: int | None = None, sku: int | None = None, chosen: bool | None = None, secret: str = "") -> int:
    """Change quantity, variant or tick of a line in place (D03.5); a variant that is already there takes the pieces. Returns the line's id.

    Refuses with 404, `checkout.other_product` (the SKU is no variant of the same goods), and what `add` refuses.
    """
    found = _line(act, line, secret)
    if quantity is not None:
        act.note("quantity", found.quantity, pieces(quantity))
        found.quantity = quantity
    if chosen is not None:
        found.chosen = chosen
    if sku is not None and sku != found.sku_id:
        wanted = _sku(sku)
        if wanted.product_id != found.sku.product_id:
            raise Refused("checkout.other_product")
        act.note("sku", found.sku_id, wanted.pk)
        twin = CartLine.objects.filter(cart_id=found.cart_id, sku_id=wanted.pk).first()
        if twin is not None:
            found.delete()
            return int(_put(act, twin.cart_id, wanted.pk, found.quantity).pk)
        found.sku = wanted
    found.save(update_fields=["quantity", "chosen", "sku"])
    return int(found.pk)


@operation("checkout.remove", root=_root)
def remove(act: Act, *, line: int, secret: str = "") -> None:
    """Take a line out of the cart (D01.3, D05.3); 404 when it is not the actor's."""
    found = _line(act, line, secret)
    act.note(f"sku:{found.sku_id}", found.quantity, 0)
    found.delete()


@operation("checkout.choose", root=_root)
def choose(act: Act, *, chosen: bool, line: int | None = None, shop: int | None = None, secret: str = "") -> None:
    """Tick or untick a line, a shop's lines, or everything; what is ticked goes to the checkout."""
    kept = lines_of(act.actor, secret)
    if line is not None:
        kept = kept.filter(pk=_line(act, line, secret).pk)
    if shop is not None:
        kept = kept.filter(sku__product__shop_id=shop)
    CartLine.objects.filter(pk__in=list(kept.values_list("pk", flat=True))).update(chosen=chosen)


@operation("checkout.clear_gone", root=_root)
def clear_gone(act: Act, *, secret: str = "") -> int:
    """Drop the lines that cannot be bought any more; returns how many."""
    gone = [line.id for line in queries.cart(act.actor, secret).gone]
    CartLine.objects.filter(pk__in=gone).delete()
    return len(gone)


@operation("checkout.merge", root="actor")
def merge(act: Act, *, secret: str) -> int:
    """Bring a stranger's cart along at log-in (D01.2): lines are added up to 999 pieces; returns how many lines came.

    The stranger's lines are locked as they are read, so that two log-ins with the same secret share nothing out twice.
    """
    brought = list(CartLine.objects.select_for_update().filter(cart__secret=digest(secret)).order_by("pk"))
    if not brought or act.actor.id is None:
        return 0
    cart = _cart(act, "")
    kept = {line.sku_id: line for line in CartLine.objects.filter(cart=cart)}
    for line in brought:
        twin = kept.get(line.sku_id)
        if twin is not None:
            twin.quantity = min(PIECES_LIMIT, twin.quantity + line.quantity)
            twin.chosen = twin.chosen or line.chosen
            twin.save(update_fields=["quantity", "chosen"])
    CartLine.objects.filter(pk__in=[line.pk for line in brought]).delete()
    room = max(0, CART_LIMIT - len(kept))
    fresh = [line for line in brought if line.sku_id not in kept][:room]
    CartLine.objects.bulk_create(
        [CartLine(cart=cart, sku_id=line.sku_id, quantity=line.quantity, chosen=line.chosen, added_at=line.added_at) for line in fresh]
    )
    act.note("lines", len(kept), len(kept) + len(fresh))
    return len(brought)
