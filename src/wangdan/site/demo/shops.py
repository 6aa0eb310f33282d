"""Who wants to sell in the demo world: an application that waits for review, a shop near its re-check, a clerk."""

from datetime import datetime, timedelta

from PIL import Image

from wangdan.accounts import operations as accounts
from wangdan.accounts.models import Code
from wangdan.accounts.operations import Secret, Visit
from wangdan.accounts.queries import digits_of
from wangdan.files import operations as files
from wangdan.files.rules import encode
from wangdan.kernel import clock
from wangdan.shops import operations as shops
from wangdan.shops.models import Application
from wangdan.shops.rules import PAPERS, Asked
from wangdan.site.world import PASSWORD, ROOT, World

OLDEST = timedelta(days=158)
"""How long ago the shop that is soon to be looked at again was approved; nothing in the world is older."""
_YESTERDAY = timedelta(hours=20)
_IDENTITY, _LICENCE = "11010519491231002X", "91350100M000100Y43"
"""The examples of GB 11643 and GB 32100: nobody's numbers."""
_GROUNDS = ("#d9c7a8", "#b9c8b0", "#d8b6a6")


def settle(world: World, until: datetime) -> None:
    """Three people, each by the operations that anybody would use."""
    with clock.at(until - OLDEST):
        old = apply(world, "seller3", "惊蛰", "云豆手作", "13500006203")
        shops.approve(world.call("supervisor"), old.pk)
    with clock.at(until - _YESTERDAY):
        shops.fall_due(ROOT, old.pk)
        apply(world, "seller4", "白鹭", "白鹭文具", "13500006204", company="福州白鹭文具有限公司")
        world.person("clerk", shown="小雪")
        offer = shops.invite(world.call("seller"), shop_id=world.shops[0].pk, to="clerk", role="shop_clerk")
        shops.take_seat(world.call("clerk"), offer.pk)


def apply(world: World, name: str, shown: str, shop: str, phone: str, *, company: str = "") -> Application:
    """Somebody with a proved phone hands in his papers: pictures that show nothing."""
    world.person(name, shown=shown)
    call, kind = world.call(name), "enterprise" if company else "individual"
    accounts.send_code(call, to=phone, purpose="phone", visit=Visit())
    code = Code.objects.filter(to__endswith=phone).latest("pk")
    accounts.prove_contact(call, to=phone, code=Secret(digits_of(code)), own=Secret(PASSWORD))
    papers = {}
    for paper, ground in zip(PAPERS[kind], _GROUNDS, strict=False):
        papers[paper] = files.upload(call, picture=encode(Image.new("RGB", (640, 404), ground))).pk
    asked = Asked(
        kind=kind,
        shop_name=shop,
        name=shown,
        email=f"{name}@example.com",
        phone=phone,
        identity=_IDENTITY,
        company=company,
        licence_no=_LICENCE if company else "",
        province="福建省",
        city="福州市",
    )
    return shops.apply(call, asked=asked, papers=papers)
