"""Tables of people: persons, organisations and roles in them, addresses, agreements, tokens, codes, counters, divisions."""

from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models import Q

from wangdan.accounts import rules
from wangdan.kernel.act import Actor
from wangdan.kernel.errors import constraint
from wangdan.kernel.models import RootedModel


class People(BaseUserManager["Person"]):
    """How Django finds a person; nobody is made here, `accounts.register` does that."""

    def get_by_natural_key(self, username: str | None) -> "Person":
        """The person of that user name, whatever the case."""
        return self.get(username=(username or "").casefold())


class Person(AbstractBaseUser, RootedModel):
    """Somebody with an account. User names are kept in lower case; `phone` holds proved numbers only, as +8613812346021."""

    PERSONAL: ClassVar[frozenset[str]] = frozenset({"username", "phone", "email", "name", "password"})
    USERNAME_FIELD = "username"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    last_login = None
    username = models.CharField(max_length=40)
    phone = models.CharField(max_length=20, null=True, blank=True)  # noqa: DJ001 - unique when there is one
    email = models.EmailField(blank=True, default="")
    name = models.CharField(max_length=40, blank=True, default="")
    language = models.CharField(max_length=8, choices=[("zh-hans", "中文"), ("en", "English")], default="zh-hans")
    personal = models.BooleanField(default=True)
    is_active = models.BooleanField(default=True)
    joined_at = models.DateTimeField()

    objects = People()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["username"], name=constraint("accounts_person_username", "accounts.name_taken")),
            models.UniqueConstraint(fields=["phone"], name=constraint("accounts_person_phone", "accounts.phone_taken")),
        ]
        indexes: ClassVar = [models.Index(fields=["id"], condition=Q(is_active=False), name="accounts_person_closed")]

    def __str__(self) -> str:
        """For logs: no name."""
        return f"person {self.pk}"

    @property
    def ref(self) -> str:
        """What the journal calls it."""
        return f"people:{self.pk}"

    @property
    def shown(self) -> str:
        """The name others may read."""
        return self.name or self.username

    @classmethod
    def visible_to(cls, actor: Actor) -> models.QuerySet["Person"]:
        """Everybody sees himself; the office sees all."""
        if actor.roles & rules.OFFICE_ROLES:
            return cls.objects.all()
        return cls.objects.filter(pk=actor.id or -1)


class Organisation(RootedModel):
    """The platform, a shop or a carrier."""

    KINDS: ClassVar = [("platform", "平台"), ("shop", "店铺"), ("carrier", "物流公司")]

    kind = models.CharField(max_length=12, choices=KINDS)
    name = models.CharField(max_length=80)
    own = models.BooleanField(default=False)
    province = models.CharField(max_length=40, blank=True, default="")
    city = models.CharField(max_length=40, blank=True, default="")
    active = models.BooleanField(default=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["kind", "name"], name=constraint("accounts_organisation_name", "accounts.organisation_exists")),
            models.UniqueConstraint(fields=["kind"], condition=Q(kind="platform"), name="accounts_organisation_one_platform"),
        ]

    def __str__(self) -> str:
        """Its name is public."""
        return self.name

    @property
    def ref(self) -> str:
        """What the journal calls it."""
        return f"organisations:{self.pk}"

    @classmethod
    def visible_to(cls, actor: Actor) -> models.QuerySet["Organisation"]:  # noqa: ARG003 - shops are public
        """Organisations are public."""
        return cls.objects.all()


class Membership(models.Model):
    """A person's role in an organisation."""

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="memberships")
    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="memberships")
    role = models.CharField(max_length=20, choices=[(role, role) for role in sorted(rules.MEMBER_ROLES)])

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["person", "organisation", "role"], name="accounts_membership_once")]

    def __str__(self) -> str:
        """For logs."""
        return f"{self.role} of {self.organisation_id}: person {self.person_id}"


class Address(RootedModel):
    """Where a person wants goods delivered; `code` is the six-digit division code, ending in 00 where there is no district."""

    PERSONAL: ClassVar[frozenset[str]] = frozenset({"name", "phone", "detail", "street"})

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="addresses")
    name = models.CharField(max_length=40)
    phone = models.CharField(max_length=20)
    province = models.CharField(max_length=40)
    city = models.CharField(max_length=40, blank=True, default="")
    district = models.CharField(max_length=40, blank=True, default="")
    street = models.CharField(max_length=60, blank=True, default="")
    detail = models.CharField(max_length=200)
    code = models.CharField(max_length=6)
    is_default = models.BooleanField(default=False)
    changed_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["person"], condition=Q(is_default=True), name="accounts_address_one_default"),
        ]
        ordering: ClassVar = ["-is_default", "-changed_at", "-id"]

    def __str__(self) -> str:
        """For logs: no name, no street."""
        return f"address {self.pk}"

    @property
    def ref(self) -> str:
        """What the journal calls it."""
        return f"addresses:{self.pk}"

    @property
    def destination(self) -> rules.Destination:
        """The address as orders and parcels keep it."""
        return rules.Destination(
            name=self.name,
            phone=self.phone,
            province=self.province,
            city=self.city,
            district=self.district,
            street=self.street,
            detail=self.detail,
            code=self.code,
        )

    @classmethod
    def visible_to(cls, actor: Actor) -> models.QuerySet["Address"]:
        """One's own only, whatever the role."""
        if "system" in actor.roles:
            return cls.objects.all()
        return cls.objects.filter(person_id=actor.id or -1)


class View(RootedModel):
    """A list's conditions that somebody keeps under a name on a desk; a shared one is read by the whole office."""

    PERSONAL: ClassVar[frozenset[str]] = frozenset({"conditions"})

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="+")
    desk = models.CharField(max_length=12, choices=[(desk, desk) for desk in rules.VIEW_DESKS])
    name = models.CharField(max_length=rules.VIEW_NAME_LENGTH)
    conditions = models.JSONField()
    shared = models.BooleanField(default=False)
    changed_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["person", "desk", "name"], name=constraint("accounts_view_name", "accounts.view_name_taken")),
        ]
        indexes: ClassVar = [models.Index(fields=["desk", "id"], condition=Q(shared=True), name="accounts_view_shared")]

    def __str__(self) -> str:
        """For logs."""
        return f"view {self.pk}"

    @property
    def ref(self) -> str:
        """What the journal calls it."""
        return f"views:{self.pk}"

    @classmethod
    def visible_to(cls, actor: Actor) -> models.QuerySet["View"]:
        """One's own; the office also those that it shares."""
        mine = Q(person_id=actor.id or -1)
        return cls.objects.filter(mine | Q(shared=True) if actor.roles & rules.OFFICE_ROLES else mine)


class PaymentPassword(RootedModel):
    """Six digits that are asked when points are spent (D16.6); `wrong` ones in a row lock it for a growing while. The digits are kept as a hash."""

    PERSONAL: ClassVar[frozenset[str]] = frozenset({"hash"})

    person = models.OneToOneField(Person, on_delete=models.CASCADE, related_name="+")
    hash = models.CharField(max_length=200)
    wrong = models.PositiveIntegerField(default=0)
    locked_until = models.DateTimeField(null=True)
    changed_at = models.DateTimeField()

    def __str__(self) -> str:
        """For logs."""
        return self.ref

    @property
    def ref(self) -> str:
        """What the journal calls it."""
        return f"payment_passwords:{self.person_id}"


class Agreement(models.Model):
    """A text people agree to, in one version; versions are kept for ever."""

    kind = models.CharField(max_length=20)
    version = models.CharField(max_length=20)
    text = models.JSONField()
    from_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["kind", "version"], name="accounts_agreement_once")]

    def __str__(self) -> str:
        """For logs."""
        return f"{self.kind} {self.version}"


class Acceptance(models.Model):
    """Who accepted which version when, and from where."""

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="acceptances")
    kind = models.CharField(max_length=20)
    version = models.CharField(max_length=20)
    at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["person", "kind", "version"], name="accounts_acceptance_once")]

    def __str__(self) -> str:
        """For logs."""
        return f"person {self.person_id} accepted {self.kind} {self.version}"


class Token(models.Model):
    """A bearer token; only its hash is kept."""

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="tokens")
    hash = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()

    class Meta:
        indexes: ClassVar = [models.Index(fields=["expires_at"], name="accounts_token_expiry")]

    def __str__(self) -> str:
        """For logs."""
        return f"token {self.pk} of person {self.person_id}"


class Code(models.Model):
    """A code sent to a phone or a mail address. The six digits are not stored: they follow from the seed and the secret key."""

    to = models.CharField(max_length=254)
    purpose = models.CharField(max_length=12)
    seed = models.CharField(max_length=64)
    sent_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    tries = models.SmallIntegerField(default=0)
    used_at = models.DateTimeField(null=True)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["to", "purpose", "-id"], name="accounts_code_to")]

    def __str__(self) -> str:
        """For logs: no number."""
        return f"code {self.pk}"

    @property
    def ref(self) -> str:
        """What facts call it."""
        return f"codes:{self.pk}"


class Tally(models.Model):
    """How often something happened in the present window: failed log-ins, codes sent, registrations; keyed by a hash."""

    kind = models.CharField(max_length=24)
    key = models.CharField(max_length=32)
    since = models.DateTimeField()
    count = models.IntegerField()

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["kind", "key"], name="accounts_tally_once")]
        indexes: ClassVar = [models.Index(fields=["since"], name="accounts_tally_since")]

    def __str__(self) -> str:
        """For logs."""
        return f"{self.kind} {self.count}"


class Division(models.Model):
    """An administrative division: level 1 province, 2 city, 3 district, 4 street; the code grows by level (2, 4, 6, 9 digits)."""

    code = models.CharField(max_length=9, primary_key=True)
    name = models.CharField(max_length=60)
    parent = models.ForeignKey("self", on_delete=models.CASCADE, null=True, related_name="children")
    level = models.SmallIntegerField()

    def __str__(self) -> str:
        """Its name."""
        return self.name


def personal_models() -> tuple[type[Any], ...]:
    """The tables that hold personal data, for privacy requests."""
    return (Person, Address, View, Acceptance, Token, Code)
