"""What is known of applications: one's own, the office's queue, what the clock has made due, whether a shop is paused."""

from datetime import timedelta

from django.db.models import Case, QuerySet, When
from django.db.models.functions import Coalesce

from wangdan.accounts.models import Membership, Person
from wangdan.kernel import clock, options
from wangdan.kernel.act import Actor
from wangdan.kernel.errors import NotSeen
from wangdan.kernel.models import Journal
from wangdan.shops.models import Application, Invitation
from wangdan.shops.rules import ERASE_DAYS, NOTICE_DAYS, SHELVED


def own(actor: Actor) -> Application | None:
    """What the person sees under "open a shop": his latest application, withdrawn ones aside."""
    mine = Application.objects.filter(person_id=actor.id or 0).exclude(status="withdrawn").select_related("shop")
    return mine.order_by("-id").first()


def one(actor: Actor, pk: int) -> Application:
    """One application within sight. Refuses with 404."""
    found = Application.visible_to(actor).select_related("shop", "person").filter(pk=pk).first() if 0 < pk < 2**63 else None
    if found is None:
        raise NotSeen
    return found


def every(actor: Actor, *statuses: str) -> QuerySet[Application]:
    """The applications in view, those of some states only when they are named."""
    found = Application.visible_to(actor).select_related("shop")
    return found.filter(status__in=statuses) if statuses else found


def waiting(actor: Actor, *statuses: str, most: int) -> int:
    """How many there are, counted no further than `most` + 1."""
    return every(actor, *statuses).order_by()[: most + 1].count()


def history(application: Application) -> list[Journal]:
    """Who did what to it, looks at its papers too, newest first."""
    return list(Journal.objects.filter(ref=application.ref).order_by("-id")[:100])


def due_to_fall_due(limit: int) -> list[int]:
    """Shops whose papers are to be looked at within the notice."""
    soon = clock.now() + timedelta(days=options.value(NOTICE_DAYS))
    return list(Application.objects.filter(status="approved", check_by__lte=soon).order_by("check_by").values_list("pk", flat=True)[:limit])


def due_to_lapse(limit: int) -> list[int]:
    """Shops at whose papers nobody has looked in time."""
    late = Application.objects.filter(status="due", check_by__lte=clock.now())
    return list(late.order_by("check_by").values_list("pk", flat=True)[:limit])


def due_to_erase_papers(limit: int) -> list[int]:
    """Applications that came to nothing and whose pictures were kept long enough."""
    before = clock.now() - timedelta(days=options.value(ERASE_DAYS))
    shelved = Application.objects.filter(status__in=SHELVED, erased_at=None).annotate(since=Coalesce("decided_at", "submitted_at"))
    return list(shelved.filter(since__lte=before).order_by("since").values_list("pk", flat=True)[:limit])


def is_paused(shop_id: int) -> bool:
    """Whether the shop may not sell until its papers were looked at."""
    return Application.objects.filter(shop=shop_id, paused=True).exists()


def staff(actor: Actor, shop_id: int) -> list[Membership]:
    """Who works in a shop of the actor's, owners first (one statement). Refuses with 404."""
    if shop_id not in actor.organisations:
        raise NotSeen
    rows = Membership.objects.filter(organisation=shop_id, organisation__kind="shop", person__is_active=True).select_related("person")
    return list(rows.order_by(Case(When(role="shop_owner", then=0), default=1), "pk")[:200])


def offers(actor: Actor, shop_id: int) -> list[Invitation]:
    """The seats that a shop of the actor's offers and that nobody has answered."""
    rows = Invitation.visible_to(actor).filter(shop=shop_id, status="open", ends_at__gt=clock.now())
    return list(rows.order_by("-pk")[:200]) if shop_id in actor.organisations else []


def invitations(actor: Actor) -> list[Invitation]:
    """The seats that are offered to the actor himself."""
    names = Person.objects.filter(pk=actor.id or 0).values_list("username", "phone").first() or ()
    mine = Invitation.objects.filter(to__in=[name for name in names if name], status="open", ends_at__gt=clock.now())
    return list(mine.select_related("shop").order_by("-pk")[:50])
