"""Opening a shop: handed in, mended, approved; seen by whom; looked at again every six months, with a moved clock (D06.1, D07.1)."""

import io
from datetime import timedelta

import pytest
import time_machine
from PIL import Image
from procrastinate.contrib.django.models import ProcrastinateJob

from wangdan.accounts.models import Membership, Organisation, Person
from wangdan.catalogue.models import Product
from wangdan.files import operations as files
from wangdan.files import queries as filed
from wangdan.files.models import File
from wangdan.files.rules import prepare
from wangdan.kernel import clock, guards, operations
from wangdan.kernel.act import SYSTEM, Call
from wangdan.kernel.errand import ERRANDS
from wangdan.kernel.errors import Malformed, NotGranted, NotSeen, Refused
from wangdan.kernel.jobs import REACTION, run_reaction, run_sweep
from wangdan.kernel.models import Journal
from wangdan.shops import operations as shops
from wangdan.shops import queries
from wangdan.shops.models import Application, Invitation
from wangdan.shops.rules import Asked
from wangdan.site import world
from wangdan.tasks.models import Task

pytestmark = pytest.mark.django_db(transaction=True)
PHONE = "+8613800006021"


def asked(**changed):
    """An enterprise that wants a shop."""
    fields = {
        "kind": "enterprise", "shop_name": "白鹭文具", "name": "陈晓禾", "email": "chen@example.com", "phone": "13800006021",
        "identity": "11010519491231002X", "company": "福州白鹭文具有限公司", "licence_no": "91350100M000100Y43", "province": "福建省", "city": "福州市",
    }  # fmt: skip
    return Asked(**{**fields, **changed})


@pytest.fixture
def made():
    """The built world; the buyer has a proved phone and pictures of his papers."""
    built = world.built()
    with guards.exempt("tests arrange a proved phone"):
        Person.objects.filter(pk=built.people["buyer"].pk).update(phone=PHONE)
    built.papers = {name: paper(built, colour) for name, colour in (("id_front", "red"), ("id_back", "green"), ("licence", "blue"))}
    return built


def paper(made, colour, name="buyer", *, public=False):
    """A picture of a paper."""
    out = io.BytesIO()
    Image.new("RGB", (40, 40), colour).save(out, "PNG")
    return files.upload(made.call(name), picture=prepare(out.getvalue()), public=public).pk


def applied(made, **changed):
    """A fresh application of the buyer's."""
    return shops.apply(made.call("buyer"), asked=asked(**changed), papers=made.papers)


def opened(made):
    """A shop that was approved."""
    return shops.approve(made.call("supervisor"), applied(made).pk)


def later(days, name, until=None):
    """What the clock does so many days from now, and what follows from it."""
    with time_machine.travel(clock.now() + timedelta(days=days), tick=True):
        run_sweep(name)
        react()
        return until() if until else None


def react():
    """Run what the catalogue has to do later."""
    for job in ProcrastinateJob.objects.filter(task_name=REACTION).order_by("id"):
        if job.args["reaction"].startswith("catalogue.") and Journal.objects.filter(pk=job.args["journal_id"]).exists():
            run_reaction(**job.args)


def test_an_enterprise_applies_and_is_approved(made):
    """One task for the supervisor; approved: the shop is there, the applicant owns it, the papers are to be looked at in six months."""
    application = applied(made)
    task = Task.objects.get(ref=application.ref)
    assert (task.kind, task.role, task.status, task.detail) == ("shops.review", "supervisor", "open", {"shop_name": "白鹭文具"})
    application = shops.approve(made.call("supervisor"), application.pk)
    shop = Organisation.objects.get(name="白鹭文具")
    assert (application.status, application.shop, shop.kind, shop.own, shop.city) == ("approved", shop, "shop", False, "福州市")
    assert list(Membership.objects.filter(organisation=shop).values_list("person", "role")) == [(made.people["buyer"].pk, "shop_owner")]
    assert timedelta(days=180) < application.check_by - clock.now() < timedelta(days=185)
    assert Task.objects.get(pk=task.pk).status == "done"


@pytest.mark.parametrize("how", ["reject", "withdraw"])
def test_papers_of_what_came_to_nothing_are_erased(made, how):
    """PIPL 47: after thirty days the pictures are gone, rows and files; not before, and never those of a shop that lives or something else shows."""
    application = applied(made)
    with guards.exempt("tests arrange a proved phone"):
        Person.objects.filter(pk=made.people["buyer2"].pk).update(phone="+8613800006022")
    kept = shops.apply(made.call("buyer2"), asked=asked(shop_name="别家"), papers={name: paper(made, "grey", "buyer2") for name in made.papers})
    kept = shops.approve(made.call("supervisor"), kept.pk)
    if how == "reject":
        shops.reject(made.call("supervisor"), application.pk, reason="不清楚")
    else:
        shops.withdraw(made.call("buyer"), application.pk)
    twin = File.objects.get(pk=made.papers["id_back"])
    with guards.exempt("somebody else uploaded the same picture, a paper is shown elsewhere too"):
        File.objects.create(sha256=twin.sha256, width=40, height=40, size=9, created_at=clock.now())
        Application.objects.filter(pk=kept.pk).update(licence=made.papers["licence"])
    places = {name: filed.place(File.objects.get(pk=pk), 100) for name, pk in made.papers.items()}
    for early in (application.pk, kept.pk):
        with pytest.raises(Refused, match=r"shops\.cannot_erase_papers"):
            shops.erase_papers(Call(SYSTEM), early)
    assert queries.due_to_erase_papers(9) == []
    assert File.objects.filter(pk__in=made.papers.values()).count() == 3
    later(31, "shops.erase_papers")
    for job in ProcrastinateJob.objects.filter(task_name="errand:files.erase"):
        ERRANDS["files.erase"](**job.args)
    application, kept = Application.objects.get(pk=application.pk), Application.objects.get(pk=kept.pk)
    assert (application.kept, application.erased_at is not None, len(kept.kept), kept.erased_at) == ((), True, 3, None)
    assert set(File.objects.filter(pk__in=made.papers.values()).values_list("pk", flat=True)) == {made.papers["licence"]}
    assert {name: place.exists() for name, place in places.items()} == {"id_front": False, "id_back": True, "licence": True}
    with pytest.raises(NotSeen):
        shops.look(made.call("supervisor"), application.pk, what="id_front")
    if how == "reject":
        with pytest.raises(Malformed, match=r"shops\.paper_missing"):
            shops.resubmit(made.call("buyer"), application.pk, asked=asked(), papers={})
        fresh = {name: paper(made, "pink") for name in made.papers}
        assert shops.resubmit(made.call("buyer"), application.pk, asked=asked(), papers=fresh).erased_at is None


def test_what_is_wrong_is_told_and_mended(made):
    """Rejected with a reason; handed in again with one new picture, the rest stays, what was replaced is erased; approved then. The journal holds no number and no name."""
    application = shops.reject(made.call("supervisor"), applied(made).pk, reason="执照照片看不清")
    assert (application.status, application.reason) == ("rejected", "执照照片看不清")
    assert not Organisation.objects.filter(name="白鹭文具").exists()
    fresh = paper(made, "white")
    application = shops.resubmit(made.call("buyer"), application.pk, asked=asked(), papers={"licence": fresh})
    assert (application.status, application.licence_id, application.id_front_id) == ("submitted", fresh, made.papers["id_front"])
    assert set(File.objects.filter(pk__in=made.papers.values()).values_list("pk", flat=True)) == {made.papers["id_front"], made.papers["id_back"]}
    assert shops.approve(made.call("admin"), application.pk).status == "approved"
    kept = str(list(Journal.objects.filter(ref=application.ref).values_list("changes", flat=True)))
    assert "执照照片看不清" in kept
    for secret in ("11010519491231002X", "陈晓禾", "chen@example.com", "91350100M000100Y43"):
        assert secret not in kept


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"kind": "clinic"}, "shops.field_missing"),
        ({"shop_name": "  "}, "shops.field_missing"),
        ({"company": ""}, "shops.field_missing"),
        ({"identity": "110105194912310021"}, "shops.identity_malformed"),
        ({"licence_no": "91350100M000100Y44"}, "shops.licence_malformed"),
        ({"email": "chen"}, "accounts.email_malformed"),
        ({"phone": "12345"}, "accounts.phone_malformed"),
        ({"province": "火星"}, "accounts.division_unknown"),
        ({"shop_name": "松果数码"}, "shops.name_taken"),
        ({"identity": "110105201512310021"}, "shops.identity_malformed"),
    ],
)
def test_what_is_not_taken(made, changed, code):
    """Each field is checked; a refusal leaves nothing behind."""
    with pytest.raises((Malformed, Refused)) as refused:
        applied(made, **changed)
    assert refused.value.code == code
    assert (Application.objects.count(), Task.objects.count()) == (0, 0)


def test_papers_must_be_there_ones_own_and_private(made):
    """A missing paper, somebody else's picture, a public one: refused, nothing is kept."""
    for papers, problem in (
        ({"id_front": made.papers["id_front"]}, Malformed),
        ({**made.papers, "licence": paper(made, "white", "buyer2")}, NotSeen),
        ({**made.papers, "licence": paper(made, "white", public=True)}, NotSeen),
    ):
        with pytest.raises(problem):
            shops.apply(made.call("buyer"), asked=asked(), papers=papers)
    assert not Application.objects.exists()


def test_a_proved_phone_comes_first_and_one_application_at_a_time(made):
    """C9: real identity for shops; a second application is refused, and after a withdrawal taken."""
    papers = {name: paper(made, name, "buyer2") for name in ()} or {"id_front": paper(made, "red", "buyer2"), "id_back": paper(made, "tan", "buyer2")}
    with pytest.raises(Refused) as refused:
        shops.apply(made.call("buyer2"), asked=asked(kind="individual"), papers=papers)
    assert refused.value.code == "shops.phone_unproved"
    first = applied(made)
    with pytest.raises(Refused) as refused:
        applied(made, shop_name="另一家")
    assert refused.value.code == "shops.applied_already"
    shops.withdraw(made.call("buyer"), first.pk)
    assert not Task.objects.exclude(status="done").exists()
    assert applied(made, shop_name="另一家").status == "submitted"


def test_who_sees_and_who_decides(made):
    """Others do not see it; customer service may not decide; nobody judges his own papers; a shop may not found itself."""
    application = applied(made)
    for name in ("buyer2", "seller", "service", "finance", "auditor"):
        with pytest.raises(NotSeen):
            shops.approve(made.call(name), application.pk)
    with pytest.raises(NotGranted):
        shops.approve(made.call("buyer"), application.pk)
    with guards.exempt("tests make the applicant a supervisor"):
        Membership.objects.create(person=made.people["buyer"], organisation=made.platform, role="supervisor")
    with pytest.raises(Refused) as refused:
        shops.approve(made.call("buyer"), application.pk)
    assert refused.value.code == "shops.own_papers"
    assert Application.objects.get().status == "submitted"
    assert not Organisation.objects.filter(name="白鹭文具").exists()


def test_every_look_at_the_papers_is_written_down(made):
    """The pictures are nobody's but the owner's; whoever decides may look, and the journal says who looked at what (PIPL 51)."""
    application = applied(made)
    for name in ("supervisor", "admin", "service", "seller"):
        assert not File.visible_to(made.call(name).actor).filter(pk__in=made.papers.values()).exists()
    shops.look(made.call("supervisor"), application.pk, what="id_front")
    shops.look(made.call("admin"), application.pk, what="numbers")
    looks = [(row.actor_id, row.changes["looked"][1]) for row in Journal.objects.filter(operation="shops.look").order_by("id")]
    assert looks == [(made.people["supervisor"].pk, "id_front"), (made.people["admin"].pk, "numbers")]
    with pytest.raises(NotSeen):
        shops.look(made.call("supervisor"), application.pk, what="password")
    with pytest.raises(NotSeen):
        shops.look(made.call("seller"), application.pk, what="id_front")


def test_six_months_later(made):
    """Thirty days before, the office has a task; at the day it is the administrators'; looked at, six more months."""
    application, held = opened(made), lambda: Application.objects.get(pk=application.pk)
    assert later(150, "shops.fall_due", held).status == "approved"
    assert later(152, "shops.fall_due", held).status == "due"
    assert Task.objects.get(kind="shops.check").due_at == application.check_by
    assert later(179, "shops.lapse", held).status == "due"
    assert later(185, "shops.lapse", held).status == "overdue"
    assert Task.objects.get(kind="shops.check_overdue").role == "admin"
    assert not held().paused
    shops.hand_in(made.call("buyer"), application.pk, papers={"licence": paper(made, "white")})
    renewed = shops.renew(made.call("supervisor"), application.pk)
    assert (renewed.status, renewed.check_by > clock.now() + timedelta(days=180)) == ("approved", True)
    assert not Task.objects.exclude(status="done").exists()


def test_an_overdue_shop_is_paused_when_the_option_says_so(made):
    """All its goods go off sale and cannot be put back by the shop; looked at, what was withdrawn is back, what was off stays off."""
    operations.set_option(made.call("admin"), name="shops.pause_overdue", value=True)
    application = opened(made)
    made.warehouse(application.shop, "福州仓", "福建省", "福州市", "")
    cup, pot = made.product(application.shop, "茶杯", 3000), made.product(application.shop, "茶壶", 9000)
    world.catalogue.take_off_sale(made.call("buyer"), pot.pk)
    later(152, "shops.fall_due")
    later(185, "shops.lapse")
    assert Application.objects.get(pk=application.pk).paused
    assert list(Product.objects.filter(shop=application.shop).values_list("status", flat=True).distinct()) == ["off_sale"]
    with pytest.raises(Refused) as refused:
        world.catalogue.put_on_sale(made.call("buyer"), cup.pk)
    assert refused.value.code == "catalogue.shop_paused"
    shops.renew(made.call("supervisor"), application.pk)
    react()
    assert Product.objects.get(pk=cup.pk).status == "on_sale"
    assert Product.objects.get(pk=pot.pk).status == "off_sale"
    operations.set_option(made.call("admin"), name="shops.pause_overdue", value=False)


def test_a_seat_is_offered_and_taken(made):
    """By phone or user name, whether there is such a person or not; only whom it is for may take it (D07.2)."""
    seller, shop = made.call("seller"), made.shops[0]
    offer = shops.invite(seller, shop_id=shop.pk, to="13800006021", role="shop_clerk")
    nobody = shops.invite(seller, shop_id=shop.pk, to="nobody-here", role="warehouse")
    assert [each.pk for each in queries.invitations(made.call("buyer").actor)] == [offer.pk]
    for name in ("buyer2", "seller2", "service"):
        with pytest.raises(NotSeen):
            shops.take_seat(made.call(name), offer.pk)
    with pytest.raises(NotGranted):
        shops.take_seat(seller, offer.pk)
    shops.take_seat(made.call("buyer"), offer.pk)
    assert "shop_clerk" in made.call("buyer").actor.roles
    with pytest.raises(Refused) as refused:
        shops.refuse_seat(made.call("buyer"), offer.pk)
    assert refused.value.code == "shops.invitation_over"
    shops.revoke(seller, nobody.pk)
    assert Invitation.objects.get(pk=nobody.pk).status == "revoked"
    assert not queries.offers(seller.actor, shop.pk)


def test_who_may_offer_which_seat(made):
    """A clerk offers none, an owner none of the office's and none in another's shop; twice is refused; an old one cannot be taken."""
    shop = made.shops[0]
    with guards.exempt("tests make a clerk"):
        Membership.objects.create(person=made.people["buyer2"], organisation=shop, role="shop_clerk")
    with pytest.raises(NotGranted):
        shops.invite(made.call("buyer2"), shop_id=shop.pk, to="buyer", role="shop_clerk")
    with pytest.raises(NotSeen):
        shops.invite(made.call("seller"), shop_id=made.shops[1].pk, to="buyer", role="shop_clerk")
    with pytest.raises(Malformed):
        shops.invite(made.call("seller"), shop_id=shop.pk, to="buyer", role="admin")
    assert not Invitation.objects.exists()
    offer = shops.invite(made.call("seller"), shop_id=shop.pk, to="buyer", role="shop_clerk")
    with pytest.raises(Refused):
        shops.invite(made.call("seller"), shop_id=shop.pk, to="Buyer", role="shop_clerk")
    with time_machine.travel(clock.now() + timedelta(days=8), tick=True), pytest.raises(Refused):
        shops.take_seat(made.call("buyer"), offer.pk)
    assert not Membership.objects.filter(person=made.people["buyer"]).exists()


def test_the_same_click_twice_applies_once(made):
    """An idempotency key makes one application of two clicks."""
    actor = made.call("buyer").actor
    kept = [shops.apply(Call(actor, "click-1", lambda row: row.pk), asked=asked(), papers=made.papers) for _click in range(2)]
    assert kept[0] == kept[1]
    assert Application.objects.count() == 1
