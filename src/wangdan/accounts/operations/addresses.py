"""The address book: add, change, remove, choose the default."""

from wangdan.accounts import rules
from wangdan.accounts.models import Address, Person
from wangdan.accounts.parsing import paste
from wangdan.accounts.parsing.gazetteer import gazetteer
from wangdan.kernel.act import Act, Actor
from wangdan.kernel.errors import Malformed, NotSeen, Refused
from wangdan.kernel.operation import operation


def checked(to: rules.Destination) -> rules.Destination:
    """The address as we keep it: tidy texts, a phone one can call, names of divisions that exist, with their code.

    Refuses with `accounts.text_missing` (`field`), `accounts.text_malformed`, `accounts.phone_malformed`, `accounts.division_unknown` (`level`).
    """
    name, detail = rules.tidy(to.name, 40), rules.tidy(to.detail, 200)
    for field, value in (("name", name), ("phone", to.phone), ("province", to.province), ("detail", detail)):
        if not value.strip():
            raise Malformed("accounts.text_missing", field=field)
    return _located(to.province.strip(), to.city.strip(), to.district.strip()).with_person(
        name=name, phone=rules.contact(to.phone), street=rules.tidy(to.street, 60), detail=detail
    )


def _located(province: str, city: str, district: str) -> rules.Destination:
    """Names and code of a division; what people say in short is written in full, 市辖区 as the name of its municipality."""
    table = gazetteer()
    code = table.find(province, city, district)
    if not code or (table.has_districts(code) and not district):
        level = "province" if not table.find(province, "", "") else "city" if not table.find(province, city, "") else "district"
        raise Malformed("accounts.division_unknown", level=level)
    place = table.place(code)
    given = city if city in {place.city, place.province} or (city in rules.FILLERS and place.city in rules.FILLERS) else ""
    shown = place.province if place.city in rules.FILLERS and place.code[:2] in rules.MUNICIPALITIES else place.city
    inner = district if district == place.city else place.district
    return rules.Destination("", "", place.province, given or shown, inner, "", "", place.code)


def _yield_default(act: Act) -> None:
    Address.objects.filter(person_id=act.person_id, is_default=True).update(is_default=False)


@operation("accounts.add_address", root="actor")
def add_address(act: Act, *, to: rules.Destination, default: bool = False) -> Address:
    """Add an address to one's book; the first one is the default (D03.6, D05.五.1). `to.code` is found, not taken.

    Refuses with `accounts.addresses_full` and whatever `checked` refuses.
    """
    place = checked(to)
    count = Address.objects.filter(person_id=act.person_id).count()
    if count >= act.option(rules.ADDRESS_LIMIT):
        raise Refused("accounts.addresses_full", most=act.option(rules.ADDRESS_LIMIT))
    if default or count == 0:
        _yield_default(act)
    return Address.objects.create(
        root_id=act.family_id,
        person_id=act.person_id,
        is_default=default or count == 0,
        changed_at=act.now,
        **place.fields(),
    )


def _root_of_person(_actor: Actor, *, person: int, **_: object) -> int:
    return Person.objects.filter(pk=person).values_list("root_id", flat=True).first() or -1


@operation("accounts.add_address_for", root=_root_of_person)
def add_address_for(act: Act, *, person: int, to: rules.Destination) -> Address:
    """An administrator who orders for a customer writes down where it goes, into the customer's own book (D08.3.2); the same place twice is once.

    Refuses with 404 for somebody who is not there, `accounts.addresses_full` and whatever `checked` refuses.
    """
    if not Person.objects.filter(pk=person, is_active=True).exists():
        raise NotSeen
    place = checked(to)
    known = Address.objects.filter(person_id=person)
    same = known.filter(**place.fields()).first()
    if same is not None:
        return same
    count = known.count()
    if count >= act.option(rules.ADDRESS_LIMIT):
        raise Refused("accounts.addresses_full", most=act.option(rules.ADDRESS_LIMIT))
    return Address.objects.create(root_id=act.family_id, person_id=person, is_default=count == 0, changed_at=act.now, **place.fields())


@operation("accounts.change_address", on=Address)
def change_address(act: Act, address: Address, *, to: rules.Destination, default: bool | None = None) -> Address:
    """Change an address of one's own; orders keep the one they were placed with (D05.五.2). Refuses as `checked` does."""
    place = checked(to)
    if default and not address.is_default:
        _yield_default(act)
    for field, value in place.fields().items():
        setattr(address, field, value)
    address.is_default = address.is_default if default is None else default
    address.changed_at = act.now
    address.save()
    return address


@operation("accounts.choose_address", on=Address)
def choose_address(act: Act, address: Address) -> Address:
    """Make an address the default (D05.五.2)."""
    if not address.is_default:
        _yield_default(act)
        address.is_default = True
        address.save(update_fields=["is_default"])
    return address


@operation("accounts.remove_address", on=Address)
def remove_address(act: Act, address: Address) -> None:
    """Remove an address from one's book; when it was the default, the one used last takes its place."""
    was_default, person = address.is_default, address.person_id
    act.note("removed", address.pk, None)
    Address.objects.filter(pk=address.pk).delete()
    if was_default:
        following = Address.objects.filter(person_id=person).order_by("-changed_at", "-id").first()
        if following:
            following.is_default = True
            following.save(update_fields=["is_default"])


@operation("accounts.read_address")
def read_address(act: Act, *, text: str) -> dict[str, str]:  # noqa: ARG001 - it writes nothing but the answer beside its key
    """Read a pasted text as an address (D03.6): name, phone, province, city, district, street, detail, code; empty what it does not say.

    Through the door because its answer may be kept under an idempotency key; the text itself goes nowhere, not into the journal either.
    """
    return paste.read(text).fields()
