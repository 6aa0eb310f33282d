"""Tables of the cart: of a person, or of a stranger who holds its secret."""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from wangdan.accounts.models import Person
from wangdan.catalogue.models import Sku
from wangdan.kernel.act import Actor
from wangdan.kernel.errors import constraint
from wangdan.kernel.models import RootedModel
from wangdan.orders.rules import PIECES_LIMIT


class Cart(RootedModel):
    """What somebody thinks of buying; a person's cart has the person's root, a stranger's its own and the hash of a secret."""

    person = models.OneToOneField(Person, on_delete=models.CASCADE, related_name="+", null=True)
    secret = models.CharField(max_length=64, unique=True, null=True)  # noqa: DJ001 - unique when there is one
    changed_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(person__isnull=False, secret__isnull=True) | Q(person__isnull=True, secret__isnull=False),
                name="checkout_cart_one_owner",
            ),
        ]

    def __str__(self) -> str:
        """For logs."""
        return self.ref

    @property
    def ref(self) -> str:
        """What the journal calls it."""
        return f"carts:{self.pk}"

    @classmethod
    def visible_to(cls, actor: Actor) -> models.QuerySet["Cart"]:
        """A person's own; strangers find theirs by the secret only."""
        everything = cls._default_manager.all()
        return everything if "system" in actor.roles else everything.filter(person_id=actor.id or 0)


class CartLine(models.Model):
    """One SKU in a cart; nothing is reserved by it."""

    cart = models.ForeignKey(Cart, on_delete=models.CASCADE, related_name="+")
    sku = models.ForeignKey(Sku, on_delete=models.CASCADE, related_name="+")
    quantity = models.PositiveIntegerField()
    chosen = models.BooleanField(default=True)
    added_at = models.DateTimeField()

    class Meta:
        ordering: ClassVar = ["-added_at", "-id"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["cart", "sku"], name="checkout_cart_line_once"),
            models.CheckConstraint(
                condition=Q(quantity__gte=1, quantity__lte=PIECES_LIMIT), name=constraint("checkout_cart_line_pieces", "checkout.too_many_pieces")
            ),
        ]

    def __str__(self) -> str:
        """For logs."""
        return f"{self.quantity} of sku {self.sku_id}"
