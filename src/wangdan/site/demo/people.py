"""Who lives in the demo world beside the ten of the main job: shoppers with homes, and the accounts of later trades."""

from wangdan.accounts import operations as accounts
from wangdan.accounts.models import Address, Person
from wangdan.accounts.rules import Destination
from wangdan.policy import operations as policy
from wangdan.site.world import HOMES, World

TRADES = {
    "clinic": "芒种", "lab": "夏至", "designer": "小暑", "leader": "大暑", "chief": "处暑", "dispatcher": "秋分",
    "worker": "小雪", "operator": "大雪",
}  # fmt: skip
"""Accounts of trades that come later: today they can log in and shop."""
SHOPPERS = {
    "linwan": "林晚", "shenmo": "沈默", "xuzhi": "许之", "gaoyuan": "高原", "tangli": "唐梨", "fangyu": "方屿", "luoqi": "罗绮", "songyan": "宋砚",
}  # fmt: skip
BLOCKED = ("hemo", "何默")
"""The one whose phone is on the blocked list: his orders wait for the auditor."""
_STREETS = (
    ("浙江省", "宁波市", "鄞州区", "首南街道", "泰康中路 88 号 5 幢 602 室"),
    ("江苏省", "南京市", "鼓楼区", "湖南路街道", "云南路 31 号 1203 室"),
    ("上海市", "上海市", "徐汇区", "天平路街道", "康平路 99 弄 7 号 301 室"),
    ("北京市", "北京市", "海淀区", "中关村街道", "科学院南路 6 号院 3 号楼 502"),
    ("湖南省", "长沙市", "岳麓区", "桔子洲街道", "潇湘中路 328 号 2 栋 1801"),
    ("陕西省", "西安市", "雁塔区", "小寨路街道", "长安中路 111 号 7 幢 402"),
    ("云南省", "昆明市", "五华区", "华山街道", "翠湖南路 18 号 2 单元 501"),
    ("辽宁省", "大连市", "中山区", "桃源街道", "解放路 230 号 901 室"),
)


def _home(at: int, name: str) -> Destination:
    province, city, district, street, detail = _STREETS[at % len(_STREETS)]
    return Destination(name, f"1350000{3117 + at * 613:04d}", province, city, district, street, detail, "")


def settle(world: World) -> list[tuple[Person, Address]]:
    """Everybody with an account and the buyers with their homes; returns who orders what, the two named buyers first, the blocked one last."""
    for name, shown in TRADES.items():
        world.person(name, shown=shown)
    living = []
    for at, (name, shown) in enumerate((("buyer", ""), ("buyer2", ""), *SHOPPERS.items(), BLOCKED)):
        person = world.person(name, shown=shown)
        own = HOMES[at] if at < 2 else _home(at, shown)  # noqa: PLR2004 - the two named ones
        living.append((person, accounts.add_address(world.call(name), to=own, default=True)))
    accounts.add_address(world.call("buyer"), to=HOMES[2])
    accounts.add_address(world.call("buyer2"), to=HOMES[3])
    policy.block(world.call("supervisor"), kind="phone", value=living[-1][1].phone, reason="三次货到付款拒收，电话不接")
    return living
