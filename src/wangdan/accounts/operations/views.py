"""Views of lists that people keep: save, rename, remove; the office shares some."""

from collections.abc import Mapping

from wangdan.accounts import rules
from wangdan.accounts.models import View
from wangdan.kernel.act import Act
from wangdan.kernel.errors import Malformed, NotGranted, Refused
from wangdan.kernel.operation import operation

_LEADS = frozenset({"supervisor", "admin"})


def _named(name: str) -> str:
    called = rules.tidy(name, rules.VIEW_NAME_LENGTH)
    if not called:
        raise Malformed("accounts.text_missing", field="name")
    return called


def _lasting(conditions: Mapping[str, str]) -> dict[str, str]:
    """The conditions as they are kept; a desk knows what they mean."""
    kept = {str(name)[:20]: rules.tidy(str(value), rules.VIEW_VALUE_LENGTH) for name, value in conditions.items()}
    if not kept or len(kept) > rules.VIEW_CONDITIONS:
        raise Malformed("accounts.view_empty")
    return kept


@operation("accounts.save_view", root="actor")
def save_view(act: Act, *, desk: str, name: str, conditions: Mapping[str, str], shared: bool = False) -> View:
    """Keep the conditions of a list under a name; a name one has already takes the new conditions (D08.5).

    Refuses with `accounts.text_missing`, `accounts.text_malformed`, `accounts.view_empty`, `accounts.views_full` (most), and with
    `kernel.not_granted` when somebody shares who is no supervisor or administrator.
    """
    if desk not in rules.VIEW_DESKS:
        raise Malformed("accounts.kind_unknown")
    if shared and (desk != "office" or not act.actor.roles & _LEADS):
        raise NotGranted(operation="accounts.save_view")
    called, kept = _named(name), _lasting(conditions)
    mine = View.objects.filter(person_id=act.person_id, desk=desk)
    known = mine.filter(name=called).first()
    if known is None and mine.count() >= act.option(rules.VIEWS_LIMIT):
        raise Refused("accounts.views_full", most=act.option(rules.VIEWS_LIMIT))
    view = known or View(root_id=act.family_id, person_id=act.person_id, desk=desk, name=called)
    view.conditions, view.shared, view.changed_at = kept, shared, act.now
    view.save()
    return view


def _must_own(act: Act, view: View) -> None:
    """A view is its maker's; a shared one also those of supervisors and administrators."""
    if view.person_id != act.actor.id and not (view.shared and act.actor.roles & _LEADS):
        raise NotGranted


@operation("accounts.rename_view", on=View)
def rename_view(act: Act, view: View, *, name: str) -> View:
    """Give a view another name. Refuses with `kernel.not_granted`, `accounts.view_name_taken`, `accounts.text_missing`, `accounts.text_malformed`."""
    _must_own(act, view)
    called = _named(name)
    if View.objects.filter(person_id=view.person_id, desk=view.desk, name=called).exclude(pk=view.pk).exists():
        raise Refused("accounts.view_name_taken")
    view.name, view.changed_at = called, act.now
    view.save(update_fields=["name", "changed_at"])
    return view


@operation("accounts.remove_view", on=View)
def remove_view(act: Act, view: View) -> None:
    """Take a view away; the orders it showed stay what they are. Refuses with `kernel.not_granted`."""
    _must_own(act, view)
    act.note("removed", view.name, None)
    View.objects.filter(pk=view.pk).delete()
