"""One order's whole life by the API, told in words: what `./wangdan demo` shows and what the smoke test runs."""

import secrets
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import httpx

PASSWORD = "wangdan-demo"  # noqa: S105 - the demo world's public password
_PATIENCE_SECONDS = 40.0
_PAUSE_SECONDS = 0.25
_TIMEOUT_SECONDS = 20.0
DELIVERY = ("picked_up", "in_transit", "out_for_delivery", "delivered")


class WalkError(Exception):
    """A step did not go as it must; the message says which and what came back."""


@dataclass
class Seat:
    """One person at the API."""

    url: str
    name: str
    token: str = ""
    client: httpx.Client = field(default_factory=lambda: httpx.Client(timeout=_TIMEOUT_SECONDS))

    def log_in(self) -> "Seat":
        """Log in with the demo password."""
        self.token = self.post("/auth/login", {"username": self.name, "password": PASSWORD})["token"]
        return self

    def _send(self, method: str, path: str, **kwargs: Any) -> Any:
        headers = {"Accept-Language": "zh-Hans", **kwargs.pop("headers", {})}
        if self.token:
            headers["Authorization"] = f"Bearer {self.token}"
        answer = self.client.request(method, f"{self.url}/api/v1{path}", headers=headers, **kwargs)
        if answer.is_error:
            message = f"{self.name}: {method} {path} → {answer.status_code} {answer.text[:400]}"
            raise WalkError(message)
        return answer.json() if answer.content else None

    def get(self, path: str, **params: Any) -> Any:
        """Read."""
        return self._send("GET", path, params=params)

    def post(self, path: str, body: dict[str, Any] | None = None, key: str | None = None) -> Any:
        """Write, with an idempotency key if given."""
        headers = {"Idempotency-Key": key} if key else {}
        return self._send("POST", path, json=body or {}, headers=headers)


def wait_for(read: Callable[[], Any], good: Callable[[Any], bool], what: str) -> Any:
    """Read again until the answer is good; WalkError after 40 seconds."""
    until = time.monotonic() + _PATIENCE_SECONDS
    while True:
        answer = read()
        if good(answer):
            return answer
        if time.monotonic() > until:
            message = f"waited {_PATIENCE_SECONDS:.0f} s for {what}; last seen: {str(answer)[:300]}"
            raise WalkError(message)
        time.sleep(_PAUSE_SECONDS)


def address(buyer: Seat) -> int:
    """The buyer's first address; one is made where there is none."""
    found = buyer.get("/addresses")["items"]
    if found:
        return int(found[0]["id"])
    made = buyer.post(
        "/addresses",
        {
            "name": "陈晓禾",
            "phone": "13800006021",
            "province": "浙江省",
            "city": "杭州市",
            "district": "余杭区",
            "street": "仓前街道",
            "detail": "云溪路 20 号 1 幢 1105 室",
            "default": True,
        },
    )
    return int(made["id"])


def _ship(warehouse: Seat, sandbox: str, parcel: dict[str, Any]) -> Iterator[str]:
    no = parcel["no"]
    for move, words in (("pick", "拣货"), ("inspect", "验货"), ("pack", "打包")):
        warehouse.post(f"/parcels/{no}/{move}")
        yield f"仓库{words}：包裹 {no}"
    sent = warehouse.post(f"/parcels/{no}/hand_over")
    yield f"交给快递：{sent['carrier_name']}，运单号 {sent['waybill']}"
    for event in DELIVERY:
        moved = httpx.post(f"{sandbox}/parcels/{sent['waybill']}/{event}", timeout=_TIMEOUT_SECONDS)
        if moved.is_error:
            message = f"courier: {event} → {moved.status_code} {moved.text[:300]}"
            raise WalkError(message)
    yield f"快递员送到并签收：运单号 {sent['waybill']}"


def choose(buyer: Seat) -> tuple[dict[str, Any], dict[str, Any]]:
    """A product of the platform's own shop with a SKU in stock."""
    for product in buyer.get("/products", limit=50)["items"]:
        detail = buyer.get(f"/products/{product['id']}")
        sku = next((one for one in detail["skus"] if one["available"] > 0), None)
        if sku and detail["shop"]["name"] == "云杉家居":
            return detail, sku
    raise WalkError("no product of 云杉家居 is in stock")


def _pay(placed: dict[str, Any]) -> None:
    """Pay at the bank's page."""
    paid = httpx.post(f"{placed['payment']['pay_url']}/pay", headers={"Accept": "application/json"}, timeout=_TIMEOUT_SECONDS)
    if paid.is_error:
        raise WalkError(f"bank: {paid.status_code} {paid.text[:300]}")


def goods_order(url: str, sandbox: str) -> Iterator[str]:
    """Walk one order of goods from the cart to the buyer's confirmation (D12.1–8), yielding a sentence per step."""
    buyer, shop, warehouse = (Seat(url, name).log_in() for name in ("buyer", "seller", "warehouse"))
    detail, sku = choose(buyer)
    yield f"买家浏览：{detail['title']}，{sku['price'] / 100:.2f} 元，现货 {sku['available']} 件"
    order = {"lines": [{"sku": sku["id"], "quantity": 1}], "address": address(buyer), "delivery": "courier"}
    quote = buyer.post("/checkout/quote", order)
    yield f"结算：合计 {quote['total'] / 100:.2f} 元"
    wanted = {**order, "payment_method": "sandbox", "expected_total": quote["total"]}
    placed = buyer.post("/checkout/place", wanted, key=secrets.token_urlsafe(12))
    no = placed["orders"][0]["no"]
    yield f"提交订单：购买单 {placed['purchase_no']}，订单 {no}"

    def status() -> str:
        return str(buyer.get(f"/orders/{no}")["status"])

    _pay(placed)
    wait_for(status, lambda now: now == "awaiting_acceptance", "the bank's notify")
    yield "银行回调验签通过：已付款，待接单"
    shop.post(f"/orders/{no}/accept")
    yield "商家核对库存并接单：包裹已派到仓库"
    for parcel in buyer.get(f"/orders/{no}/parcels")["items"]:
        yield from _ship(warehouse, sandbox, parcel)
    wait_for(status, lambda now: now == "delivered", "the carrier's sign-off")
    yield "已签收，等待买家确认"
    buyer.post(f"/orders/{no}/confirm_receipt")
    wait_for(status, lambda now: now == "completed", "completion")
    yield f"买家确认收货：订单 {no} 已完成"
