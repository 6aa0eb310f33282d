"""What every page's frame shows: who is there, how much is in the cart, what is unread, which rooms the desk has."""

from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from wangdan.desks import web
from wangdan.desks.store import basket
from wangdan.fulfilment import queries as parcels
from wangdan.kernel.act import Actor
from wangdan.notices import queries as notices
from wangdan.orders.models import Order
from wangdan.orders.rules import SERVED
from wangdan.tasks import queries as tasks

_MOST = 99


@dataclass(frozen=True)
class Room:
    """One room of a desk: at most seven in each. A room with rooms `inside` opens with the first of them that one may enter."""

    key: str
    text: Any
    icon: str
    path: str = ""
    roles: frozenset[str] = frozenset()
    inside: tuple["Room", ...] = ()

    def holds(self, key: str) -> bool:
        """Whether it is the room of that key, or has it inside."""
        return key == self.key or any(each.key == key for each in self.inside)


ROOMS: dict[str, tuple[Any, tuple[Room, ...]]] = {
    "seller": (
        _("店铺"),
        (
            Room("queue", _("首页"), "home", "/shop"),
            Room("products", _("商品管理"), "tag", "/shop/products"),
            Room("orders", _("订单处理"), "receipt", "/shop/orders"),
            Room("people", _("用户管理"), "users", "/shop/people"),
            Room("offers", pgettext_lazy("room", "优惠"), "ticket", "/shop/offers"),
            Room("freight", _("运费与时段"), "truck", "/shop/freight"),
            Room("statistics", _("统计"), "chart-bar", "/shop/statistics"),
        ),
    ),
    "warehouse": (
        _("仓库"),
        (
            Room("tasks", _("任务"), "inbox", "/warehouse"),
            Room("waves", _("拣货波次"), "list-details", "/warehouse/waves"),
            Room("manifests", _("交接清单"), "truck", "/warehouse/manifests"),
            Room("arrivals", pgettext_lazy("room", "收货"), "truck-return", "/warehouse/arrivals"),
            Room(
                "shelves",
                pgettext_lazy("room", "货架"),
                "box",
                inside=(
                    Room("counts", _("盘点"), "clipboard-list", "/warehouse/counts"),
                    Room("bins", _("移货位"), "transfer-in", "/warehouse/bins"),
                    Room("low", _("补货提醒"), "alert-triangle", "/warehouse/low"),
                    Room("materials", _("包装材料"), "package", "/warehouse/materials"),
                ),
            ),
            Room("statistics", _("统计"), "chart-bar", "/warehouse/statistics"),
        ),
    ),
    "office": (
        _("办公室"),
        (
            Room("queue", _("待办"), "inbox", "/office"),
            Room("orders", _("订单中心"), "receipt", "/office/orders"),
            Room(
                "auditing",
                pgettext_lazy("room", "审核"),
                "shield-check",
                inside=(
                    Room("audit", _("待审核"), "shield-check", "/office/audit", frozenset({"auditor", "service", "supervisor", "admin"})),
                    Room("rules", _("风险规则"), "adjustments", "/office/rules", frozenset({"auditor", "supervisor", "admin"})),
                    Room("blocked", _("黑名单"), "ban", "/office/blocked", frozenset({"auditor", "supervisor", "admin"})),
                    Room("applications", _("开店申请"), "building-store", "/office/applications", frozenset({"supervisor", "admin"})),
                ),
            ),
            Room(
                "money",
                _("财务"),
                "report-money",
                inside=(
                    Room("transfers", _("对账"), "report-money", "/office/transfers", frozenset({"finance", "supervisor", "admin"})),
                    Room("refunds", _("退款"), "receipt-refund", "/office/refunds", frozenset({"finance", "supervisor", "admin"})),
                ),
            ),
            Room("offers", pgettext_lazy("room", "优惠"), "ticket", "/office/offers", frozenset({"service", "supervisor", "admin"})),
            Room("statistics", _("统计"), "chart-bar", "/office/statistics"),
            Room(
                "system",
                _("系统"),
                "settings",
                inside=(
                    Room("people", _("人员"), "users", "/office/people", frozenset({"supervisor", "admin"})),
                    Room("jobs", _("后台任务"), "refresh", "/office/jobs", frozenset({"admin"})),
                    Room("post", _("短信与邮件"), "mail", "/office/messages", frozenset({"supervisor", "admin"})),
                    Room("synonyms", _("近义词"), "search", "/office/synonyms", frozenset({"supervisor", "admin"})),
                    Room("carriers", _("快递与时段"), "truck", "/office/carriers", frozenset({"supervisor", "admin"})),
                    Room("options", _("设置"), "settings", "/office/options", frozenset({"admin"})),
                ),
            ),
        ),
    ),
}
"""Desk -> its name and rooms. A desk adds its rooms here; a room with roles shows only to them."""

DESKS: tuple[tuple[str, Any, str, frozenset[str]], ...] = (
    ("/", _("商城"), "building-store", frozenset()),
    ("/shop", _("店铺工作台"), "receipt", frozenset({"shop_owner", "shop_clerk"})),
    ("/warehouse", _("仓库"), "building-warehouse", frozenset({"warehouse", "shop_owner", "shop_clerk", "supervisor", "admin"})),
    ("/office", _("办公室"), "list-check", frozenset({"service", "auditor", "finance", "supervisor", "admin"})),
    ("/procedures/", _("流程"), "clipboard-list", frozenset()),
)


ROLES: dict[str, Any] = {
    "buyer": _("买家"),
    "shop_owner": _("店主"),
    "shop_clerk": _("店员"),
    "warehouse": _("仓库"),
    "service": _("客服"),
    "auditor": _("审核"),
    "finance": _("财务"),
    "supervisor": _("主管"),
    "admin": _("管理员"),
}


def _badge(count: int) -> str:
    """A count as a badge shows it: empty for nothing, 99+ for more."""
    return f"{_MOST}+" if count > _MOST else str(count or "")


class Shell:
    """The frame's facts, each read at most once per page and only when the template asks."""

    def __init__(self, request: HttpRequest) -> None:
        """Remember the request; nothing is read yet."""
        self._request = request

    def __repr__(self) -> str:
        """For logs."""
        return "<shell>"

    @cached_property
    def actor(self) -> Actor:
        """Who is there."""
        return web.actor(self._request)

    @property
    def desk(self) -> str:
        """The desk the page belongs to, by its path; "store" elsewhere."""
        first = self._request.path.split("/")[1]
        return {"shop": "seller", "warehouse": "warehouse", "office": "office"}.get(first, "store")

    @property
    def base(self) -> str:
        """The base template of that desk."""
        return "store/base.html" if self.desk == "store" or not self.actor.id else "desk/base.html"

    @property
    def home(self) -> str:
        """The first page of that desk."""
        return "/" if self.desk == "store" else ROOMS[self.desk][1][0].path

    @property
    def way_back(self) -> str:
        """Where somebody goes who is refused: this desk, when he may enter it, else the last of those that are his."""
        own = [path for path, _text, _icon, roles in DESKS if roles & self.actor.roles]
        return self.home if self.home in own else (own or ["/"])[-1]

    @property
    def find_path(self) -> str:
        """Where the desk's search goes."""
        return {"seller": "/shop/find", "warehouse": "/warehouse/find", "office": "/office/find"}.get(self.desk, "/search")

    @property
    def queue_path(self) -> str:
        """The desk's work queue."""
        return self.home

    @cached_property
    def queue_count(self) -> str:
        """How much waits in the desk's queue: as its first page has counted it, else counted no further than 99; empty for nothing."""
        counted = getattr(self._request, "wd_queue_count", None)
        if counted is None:
            counted = self._waiting()
        return _badge(counted)

    def _waiting(self) -> int:
        if self.desk == "office":
            return tasks.waiting(self.actor, most=_MOST)
        if self.desk == "warehouse":
            return parcels.queue(self.actor).order_by()[: _MOST + 1].count()
        if self.desk != "seller":
            return 0
        mine = Order.visible_to(self.actor).filter(shop_id__in=self.actor.organisations, status__in=SERVED)
        of_shop = tasks.queue(self.actor).filter(organisation__in=self.actor.organisations).order_by()
        return mine.order_by()[: _MOST + 1].count() + of_shop[: _MOST + 1].count()

    @cached_property
    def cart(self) -> int:
        """Pieces in the cart; none is read for a stranger without a cart."""
        return basket.count(self._request)

    @cached_property
    def unread(self) -> int:
        """Unread messages of the person; counted up to a hundred."""
        return notices.unread(self.actor, most=_MOST)

    @property
    def unread_text(self) -> str:
        """The same for a badge: 99+ for more."""
        return _badge(self.unread)

    @property
    def name(self) -> str:
        """How the person is called."""
        person = self._request.user
        return str(getattr(person, "shown", ""))

    @property
    def initial(self) -> str:
        """The last character of a Chinese name, the first letter of another."""
        name = self.name
        return (name[-1] if name and ord(name[0]) > ord("z") else name[:1]).upper()

    @property
    def roles_text(self) -> str:
        """The person's roles in words."""
        return str(_("、")).join(str(ROLES[role]) for role in ROLES if role in self.actor.roles and role != "buyer")

    @property
    def desks(self) -> list[tuple[str, Any, str]]:
        """The desks the person may enter."""
        return [(path, text, icon) for path, text, icon, roles in DESKS if not roles or roles & self.actor.roles]

    @property
    def rooms(self) -> list[Room]:
        """The rooms of the present desk that the person may enter, each with what he may enter inside."""
        return [found for room in ROOMS.get(self.desk, ("", ()))[1] if (found := self._open(room))]

    def _open(self, room: Room) -> Room | None:
        """The room as the person finds it; None when it is closed to him."""
        if room.roles and not room.roles & self.actor.roles:
            return None
        inside = tuple(each for each in room.inside if not each.roles or each.roles & self.actor.roles)
        if room.inside and not inside:
            return None
        return replace(room, inside=inside, path=inside[0].path) if inside else room


def frame(request: HttpRequest) -> dict[str, Any]:
    """Context processor: `shell` in every template."""
    return {"shell": Shell(request)}
