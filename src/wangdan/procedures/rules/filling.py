"""What is filled in: checked, computed, cleared when it is hidden, demanded when a step ends; who may be called and when."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any

from wangdan.kernel.errors import Malformed, NotGranted, Refused
from wangdan.procedures.rules.conditions import Condition
from wangdan.procedures.rules.definition import Contacts, Effect, Field, Outcome, Step, Table
from wangdan.procedures.rules.durations import Duration
from wangdan.procedures.rules.value_kinds import WrongValue
from wangdan.procedures.rules.values import canonical

if TYPE_CHECKING:
    from wangdan.procedures.rules.engine import Engine
CALLS = frozenset({"call", "visit"})
"""Channels that ring or knock: hours of quiet hold for them."""


@dataclass(frozen=True)
class World:
    """A case as conditions see it."""

    values: Mapping[str, Any]
    lines: Mapping[str, Any]
    files: Mapping[str, int]
    contacts: Mapping[str, int]
    today: date
    now: datetime
    rounds: Mapping[str, int]
    outcomes: Mapping[str, str]
    cases: Mapping[str, int]
    settings: Mapping[str, Any]


def world(engine: "Engine") -> World:
    """The case at this moment."""
    state, local = engine.state, engine.local()
    counted = state.counted
    done = [step for step in state.steps if step.state == "done"]
    settings = {key: value.text if isinstance(value, Duration) else value for key, value in engine.times.settings.items()}
    return World(
        values=state.values,
        lines=state.lines,
        files=state.files,
        contacts=Counter(contact.channel for contact in counted) + Counter(contact.outcome for contact in counted),
        today=local.date(),
        now=local,
        rounds=Counter(step.key for step in done),
        outcomes={step.key: step.outcome for step in done},
        cases=state.children,
        settings=settings,
    )


def fill(engine: "Engine", given: Mapping[str, Any]) -> list[str]:
    """Take over what is given, as far as it differs; compute and clear what follows from it. The names of the fields that changed.

    Refuses (422) what no field can hold and names that nobody asks for now, (409) what is frozen, (403) what the role may not edit.
    """
    definition, state = engine.definition, engine.state
    askable = _askable(engine)
    changed: dict[str, Any] = {}
    for name, raw in given.items():
        if name in definition.lines:
            _lines(engine, definition.lines[name], raw, name in askable)
            continue
        field = definition.fields.get(name)
        if field is None or (name not in askable and not engine.who.system):
            raise Malformed("procedures.field_not_asked", field=name)
        value = _canonical(engine, field, raw, _offered(engine, field, changed))
        if value != state.values.get(name):
            _may_change(engine, field, name)
            changed[name] = value
    if changed:
        engine.tell("values", values=changed)
    return list(changed) + _follow(engine)


def _askable(engine: "Engine") -> frozenset[str]:
    """What the open steps ask for; everything while the case begins."""
    if not engine.state.steps:
        return frozenset((*engine.definition.fields, *engine.definition.lines))
    found: set[str] = set()
    for now in engine.state.open_steps:
        step = engine.definition.steps[now.key]
        found |= {ask.name for ask in step.ask} | {ask.name for outcome in step.outcomes.values() for ask in outcome.ask}
    return frozenset(found)


def _may_change(engine: "Engine", field: Field | None, name: str) -> None:
    if name in engine.state.frozen:
        raise Refused("procedures.frozen", field=name)
    if field and not engine.who.may_edit(field.edit):
        raise NotGranted("procedures.field_not_yours", field=name)


def _offered(engine: "Engine", field: Field, changed: Mapping[str, Any]) -> list[str] | None:
    """The answers that may be chosen as things stand; None when all may."""
    if field.where is None or field.of is None:
        return None
    seen = world(engine)
    return [code for code in field.of.codes if field.where.value(replace(seen, values={**seen.values, **changed, field.key: code}))]


def defaults(engine: "Engine") -> dict[str, Any]:
    """What a new case begins with: the defaults of the file that are plain values."""
    return {name: field.default for name, field in engine.definition.fields.items() if field.default and not field.default.startswith("me.")}


def _no_others(given: Mapping[str, Any], known: Mapping[str, Field]) -> None:
    unknown = set(given) - set(known)
    if unknown:
        raise Malformed("procedures.field_not_asked", field=min(unknown))


def _canonical(engine: "Engine", field: Field, raw: Any, codes: list[str] | None = None) -> Any:
    try:
        return canonical(field, raw, zone=engine.zone, now=engine.now, codes=codes)
    except WrongValue as wrong:
        wrong.detail["field"] = field.key
        raise


def _lines(engine: "Engine", table: Table, raw: Any, asked: bool) -> None:  # noqa: FBT001 - told by place, once
    """The rows of a table, all at once."""
    if not asked and not engine.who.system:
        raise Malformed("procedures.field_not_asked", field=table.key)
    if not isinstance(raw, list) or not all(isinstance(row, Mapping) for row in raw):
        raise Malformed("procedures.lines_malformed", table=table.key)
    if len(raw) > table.most:
        raise Refused("procedures.too_many_lines", table=table.key, most=table.most)
    old, seen = engine.state.lines.get(table.key, []), world(engine)
    rows = [_row(engine, table, seen, row, old[at] if at < len(old) else {}) for at, row in enumerate(raw)]
    if rows == old:
        return
    only_theirs = [{name: value for name, value in row.items() if not table.columns[name].edit} for row in rows]
    if only_theirs != [{name: value for name, value in row.items() if not table.columns[name].edit} for row in old]:
        _may_change(engine, None, table.key)
    engine.tell("lines", table=table.key, rows=rows)


def _row(engine: "Engine", table: Table, seen: World, raw: Mapping[str, Any], old: Mapping[str, Any]) -> dict[str, Any]:
    """One row: its values, what is computed of them, without what is hidden."""
    row: dict[str, Any] = {}
    for name, column in table.columns.items():
        if column.compute:
            continue
        value = _canonical(engine, column, raw.get(name))
        row[name] = value if engine.who.may_edit(column.edit) else old.get(name)
    _no_others(raw, table.columns)
    for name, column in table.columns.items():
        if column.compute:
            row[name] = column.compute.value(seen, row)
        if not _shown(column, seen, row):
            row[name] = None
    return row


def _follow(engine: "Engine") -> list[str]:
    """What is computed is computed anew, what is hidden is cleared, until nothing changes."""
    changed: list[str] = []
    for _ in engine.definition.fields:
        seen, fresh = world(engine), {}
        for name, field in engine.definition.fields.items():
            value = engine.state.values.get(name)
            if field.compute:
                value = field.compute.value(seen)
            if not _shown(field, seen):
                value = None
            if value != engine.state.values.get(name):
                fresh[name] = value
        if not fresh:
            break
        engine.tell("values", values=fresh, followed=True)
        changed += fresh
    return changed


def form(engine: "Engine", step: Step, given: Mapping[str, Any]) -> dict[str, Any]:
    """The answers of a round's own form."""
    _no_others(given, step.form)
    found = {name: _canonical(engine, field, given.get(name)) for name, field in step.form.items()}
    for name, field in step.form.items():
        if found[name] is None and field.always and not engine.who.system:
            raise Refused("procedures.field_missing", fields=[name])
    return found


def demand(engine: "Engine", step: Step, outcome: Outcome) -> None:
    """What must be there before the step may end so. Refuses with `procedures.field_missing`, `procedures.condition`."""
    if engine.who.system:
        return
    seen, asks = world(engine), (*step.ask, *outcome.ask)
    missing = [ask.name for ask in asks if ask.needed and not _filled(engine, ask.name, seen)]
    for ask in asks:
        field = engine.definition.fields.get(ask.name)
        if field and engine.state.values.get(ask.name) is None and _required(field, seen):
            missing.append(ask.name)
    if missing:
        raise Refused("procedures.field_missing", fields=list(dict.fromkeys(missing)))
    for table in engine.definition.lines.values():
        if table.key in {ask.name for ask in asks} or engine.state.lines.get(table.key):
            _rows_hold(engine, table, seen)
    if outcome.need is not None and not outcome.need.value(seen):
        raise Refused("procedures.condition", say=outcome.say or outcome.label)


def _shown(field: Field, seen: World, row: Mapping[str, Any] | None = None) -> bool:
    return field.show is None or bool(field.show.value(seen, row))


def _required(field: Field, seen: World, row: Mapping[str, Any] | None = None) -> bool:
    return _shown(field, seen, row) and (field.always or (field.required is not None and bool(field.required.value(seen, row))))


def _filled(engine: "Engine", name: str, seen: World) -> bool:
    state = engine.state
    if name in engine.definition.lines:
        return bool(state.lines.get(name))
    if name in engine.definition.attachments:
        return state.files.get(name, 0) > 0
    field = engine.definition.fields[name]
    return state.values.get(name) is not None or not _shown(field, seen)


def _rows_hold(engine: "Engine", table: Table, seen: World) -> None:
    """The rows are complete and right, one by one and together."""
    rows = engine.state.lines.get(table.key, [])
    if len(rows) < table.least:
        raise Refused("procedures.too_few_lines", table=table.key, least=table.least)
    for at, row in enumerate(rows):
        missing = [name for name, column in table.columns.items() if row.get(name) is None and _required(column, seen, row)]
        if missing:
            raise Refused("procedures.field_missing", fields=missing, table=table.key, row=at + 1)
        for rule in table.check:
            if not rule.need.value(seen, row):
                raise Refused("procedures.condition", say=rule.say, table=table.key, row=at + 1)
    for rule in table.check_all:
        if rows and not rule.need.value(seen):
            raise Refused("procedures.condition", say=rule.say, table=table.key)


def arguments(engine: "Engine", effect: Effect) -> dict[str, Any]:
    """What another module is told: conditions worked out, names of fields and tables as they are."""
    seen = world(engine)
    return {name: value.value(seen) if isinstance(value, Condition) else value for name, value in effect.arguments.items()}


def may_call(engine: "Engine", rules: Contacts, channel: str) -> None:
    """Refuses with `procedures.no_contact`, `procedures.quiet_hours`, `procedures.called_enough`."""
    if channel not in CALLS:
        return
    counted = engine.state.counted
    if rules.stop_on and any(contact.outcome == rules.stop_on for contact in counted):
        raise Refused("procedures.no_contact")
    local = engine.local()
    minute = local.hour * 60 + local.minute
    if rules.quiet:
        begins, ends = rules.quiet
        if (begins <= minute < ends) if begins < ends else (minute >= begins or minute < ends):
            raise Refused("procedures.quiet_hours")
    midnight = local.replace(hour=0, minute=0, second=0, microsecond=0)
    today = [contact for contact in counted if midnight <= contact.at < midnight + timedelta(days=1) and contact.channel in CALLS]
    if rules.per_day and len(today) >= rules.per_day:
        raise Refused("procedures.called_enough", per_day=rules.per_day)
