"""What can be done to a toy: enough to show every rule of the door."""

from dataclasses import dataclass

from tests.toys.models import Toy
from wangdan.kernel.act import Act
from wangdan.kernel.errors import Refused, constraint
from wangdan.kernel.fact import Fact
from wangdan.kernel.operation import operation

constraint("toys_toy_turns", "toys.cannot_wind_so_far")


@dataclass(frozen=True)
class ToyWound(Fact):
    """Somebody turned the key."""

    turns: int


@operation("toys.make")
def make(act: Act, *, no: str, phone: str = "") -> Toy:
    """Make a toy in a family of its own."""
    return Toy.objects.create(no=no, owner_id=act.actor.id or 0, phone=phone, root=act.new_root("toys"))


@operation("toys.draw")
def draw(act: Act, *, numbers: list[str]) -> Toy:
    """Make a toy with the next number of the pile, which somebody may have drawn before."""
    return Toy.objects.create(no=numbers.pop(0), owner_id=act.actor.id or 0, root=act.new_root("toys"))


@operation("toys.wind", on=Toy)
def wind(act: Act, toy: Toy, *, turns: int) -> Toy:
    """Wind it up; refuses with `toys.cannot_wind_back` after having written, to show that nothing stays."""
    toy.turns += turns
    toy.status = "wound"
    toy.save()
    act.tell(ToyWound(ref=toy.ref, turns=turns))
    if turns < 0:
        raise Refused("toys.cannot_wind_back")
    return toy


@operation("toys.click", on=Toy)
def click(act: Act, toy: Toy, *, fact: ToyWound) -> None:
    """NOW: it clicks once per fact."""
    Toy.objects.filter(pk=toy.pk).update(phone=f"{toy.phone}c")
    act.note("clicks", None, fact.turns)


@operation("toys.show", on=Toy)
def show(act: Act, toy: Toy, *, fact: ToyWound) -> None:
    """LATER: somebody hears of it."""
    Toy.objects.filter(pk=toy.pk).update(phone=f"{toy.phone}s")
