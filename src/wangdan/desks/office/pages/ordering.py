"""An administrator orders for a customer: who, what, where, how; the price is shown before it is saved, the number is the system's (D08.3)."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from wangdan.accounts import operations as accounts
from wangdan.accounts import queries as people
from wangdan.accounts.models import Address, Person
from wangdan.accounts.parsing import paste
from wangdan.accounts.rules import Destination
from wangdan.checkout import operations
from wangdan.checkout.queries import prepare
from wangdan.checkout.rules import Asked, Wish
from wangdan.desks import errors, order_money, order_words, typed, typed_goods, web
from wangdan.desks.office.pages.orders import BASE
from wangdan.kernel.act import Call
from wangdan.kernel.errors import NotGranted, NotSeen, Problem
from wangdan.orders.rules import PAYMENT_METHODS, PIECES_LIMIT

_ROWS = 5


@web.role_needed("admin")
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """The form; `do=look` prices it, `do=save` places it."""
    said = request.POST if request.method == "POST" else request.GET
    customer = _customer(said.get("customer", ""))
    if request.method != "POST":
        return _page(request, customer)
    wrong: dict[str, str] = {} if customer else {"customer": _("没有这个账号；客户要先注册，才能下单")}
    lines = _lines(request, wrong)
    if customer is None or wrong:
        return _page(request, customer, wrong=wrong, status=422)
    try:
        asked = _asked(request, customer, lines, wrong)
        if asked is None:
            return _page(request, customer, wrong=wrong, status=422)
        if said.get("do") == "save":
            return _place(request, customer, asked)
        return _page(request, customer, quote=prepare(people.actor_of(customer), asked), address=asked.address)
    except (NotSeen, NotGranted):
        raise
    except Problem as problem:
        return _page(request, customer, problem=errors.text(problem.code, problem.detail), status=problem.status)


def _customer(text: str) -> Person | None:
    """The customer by user name or proved phone."""
    plain = text.replace("\x00", "").strip()[:80]
    found = people.named(plain) if plain else None
    return found if found and found.is_active else None


def _lines(request: HttpRequest, wrong: dict[str, str]) -> tuple[Wish, ...]:
    found = []
    for at in range(1, _ROWS + 1):
        text = request.POST.get(f"sku-{at}", "").strip()
        if not text:
            continue
        sku, quantity = typed_goods.sku(text), typed.pieces(request.POST.get(f"q-{at}", "") or "1", most=PIECES_LIMIT)
        if sku is None:
            wrong[f"sku-{at}"] = _("没有在售的这一种，或者不止一种；请填货号")
        elif not quantity:
            wrong[f"sku-{at}"] = _("数量要填 1 到 %(most)s 的整数") % {"most": PIECES_LIMIT}
        else:
            found.append(Wish(sku.pk, quantity))
    if not found and not wrong:
        wrong["sku-1"] = errors.text("checkout.nothing_chosen")
    return tuple(found)


def _asked(request: HttpRequest, customer: Person, lines: tuple[Wish, ...], wrong: dict[str, str]) -> Asked | None:
    """What is asked for the customer; a typed address goes into his book first."""
    address = typed.pieces(request.POST.get("address", ""), most=2**62)
    text = request.POST.get("to", "").replace("\x00", "").strip()[:300]
    if text:
        read = paste.read(text)
        call = Call(web.actor(request))
        address = accounts.add_address_for(call, person=customer.pk, to=Destination(**read.fields())).pk
    if not address:
        wrong["to"] = _("选一个收货地址，或者粘贴一段")
        return None
    method = request.POST.get("method", "")
    note = request.POST.get("note", "")
    return Asked(lines, address, request.POST.get("delivery", "courier"), payment_method=method or "sandbox", note=note)


def _place(request: HttpRequest, customer: Person, asked: Asked) -> HttpResponse:
    expected = typed.pieces(request.POST.get("expected", ""), most=2**53) or 0
    placed = operations.place_for(web.caller(request), buyer=customer.pk, asked=asked, expected_total=expected)
    nos = [order.no for order in placed.orders]
    messages.success(request, _("订单已保存：%(nos)s") % {"nos": _("、").join(nos)})
    return redirect(f"{BASE}/{nos[0]}" if len(nos) == 1 else f"{BASE}?q={placed.purchase.no}")


def _page(request: HttpRequest, customer: Person | None, status: int = 200, **more: Any) -> HttpResponse:
    said = request.POST if request.method == "POST" else request.GET
    quote = more.pop("quote", None)
    book = list(Address.objects.filter(person=customer)[:20]) if customer else []
    chosen = str(more.pop("address", "") or said.get("address", "") or (book[0].pk if book else ""))
    context = {
        "customer": customer,
        "said": said,
        "rows": [{"at": at, "key": str(at), "sku": said.get(f"sku-{at}", ""), "q": said.get(f"q-{at}", "")} for at in range(1, _ROWS + 1)],
        "book": [{"id": str(each.pk), "name": each.name, "phone": each.phone, "text": each.destination.line} for each in book],
        "chosen": chosen,
        "methods": [(each, order_words.method_word(each)) for each in PAYMENT_METHODS],
        "method": said.get("method") or "sandbox",
        "delivery": said.get("delivery") or "courier",
        "quote": quote,
        "sum": order_money.of_quote(quote) if quote else None,
        "wrong": more.get("wrong", {}),
        "problem": more.get("problem", ""),
        "base_path": BASE,
    }
    return render(request, "office/new.html", context, status=status)
