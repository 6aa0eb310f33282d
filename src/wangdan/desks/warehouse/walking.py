"""A wave as the picker walks it: stops at bins in walking order, each with the boxes on the cart that its goods go into."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from wangdan.desks.warehouse import verdicts
from wangdan.desks.warehouse.verdicts import Verdict
from wangdan.fulfilment.models import ParcelLine, Wave

_PICTURE = 200
_SHORT_CODE = 10


@dataclass(frozen=True)
class Box:
    """What one parcel wants at a stop."""

    box: int
    line: int
    parcel: str
    wanted: int
    done: int

    @property
    def left(self) -> int:
        """Pieces still to be put in."""
        return self.wanted - self.done


@dataclass(frozen=True)
class Stop:
    """Goods at one bin for one or more boxes."""

    bin: str
    title: str
    label: str
    code: str
    picture: str
    boxes: tuple[Box, ...]

    @property
    def tail(self) -> str:
        """The code, or its last four signs when it is long."""
        return self.code if len(self.code) <= _SHORT_CODE else self.code[-4:]

    @property
    def wanted(self) -> int:
        """Pieces in all."""
        return sum(each.wanted for each in self.boxes)

    @property
    def done(self) -> int:
        """Pieces fetched."""
        return sum(each.done for each in self.boxes)

    @property
    def left(self) -> int:
        """Pieces still to be fetched."""
        return self.wanted - self.done

    @property
    def now(self) -> Box | None:
        """The box that the next piece goes into."""
        return next((each for each in self.boxes if each.left), None)


def stops(lines: Iterable[ParcelLine]) -> list[Stop]:
    """Lines in walking order as stops."""
    groups: dict[tuple[str, int], list[ParcelLine]] = {}
    for line in lines:
        groups.setdefault((line.bin, line.sku_id), []).append(line)
    return [_stop(group) for group in groups.values()]


def _stop(group: list[ParcelLine]) -> Stop:
    first = group[0]
    boxes = tuple(Box(line.parcel.place.box, line.pk, line.parcel.no, line.quantity, line.picked) for line in group)
    picture = first.picture.url(_PICTURE) if first.picture else ""
    return Stop(first.bin, first.title, first.label, first.sku.code, picture, boxes)


def counted(line: ParcelLine, box: int) -> Verdict:
    """A piece that counted: which box it goes into, and whether the box wants more of it."""
    left = line.quantity - line.picked
    more = ngettext("这一格还要 %(n)s 件", "这一格还要 %(n)s 件", left) % {"n": left} if left else _("这一格的这一种齐了")
    return verdicts.right(_("对，放进 %(box)s 号格") % {"box": box}, more)


def ask(wave: Wave, current: Stop | None) -> Verdict:
    """What to do now, before anything was scanned."""
    if wave.status == "done":
        return verdicts.right(_("这一波拣完了"), _("每一格是一个包裹，推到验货台"))
    if wave.status == "open" or current is None:
        return Verdict(_("还没有人拣这一波"), _("点下面的按钮，就由您来拣"), icon="hand-stop")
    box, left = current.now, ngettext("还差 %(n)s 件", "还差 %(n)s 件", current.left) % {"n": current.left}
    where = _("放进 %(box)s 号格，%(left)s") % {"box": box.box if box else "—", "left": left}
    return Verdict(_("请扫商品"), _("去货位 %(bin)s，%(where)s") % {"bin": current.bin, "where": where} if current.bin else where)


def row(wave: Any) -> dict[str, Any]:
    """A wave as a row of its list."""
    return {
        "no": wave.no,
        "status": wave.status,
        "house": wave.warehouse.name,
        "picker": wave.picker.shown if wave.picker else "",
        "made_at": wave.made_at,
        "parcels": wave.parcels,
        "pieces": wave.pieces,
        "picked": wave.picked,
        "percent": 100 * wave.picked // wave.pieces if wave.pieces else 100,
        "why": wave.why,
    }
