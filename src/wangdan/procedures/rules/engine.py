"""What can happen to a case: begin, fill in, end a step, speak to somebody, let the clocks run. Pure: a case, a moment, events out."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from wangdan.kernel.errors import Malformed, NotGranted, Refused
from wangdan.procedures.rules import clockwork, filling
from wangdan.procedures.rules.clockwork import Times
from wangdan.procedures.rules.definition import Clock, Definition, Happening, Outcome, Rung, Step
from wangdan.procedures.rules.state import ClockState, Event, State, StepState, play, written


@dataclass(frozen=True)
class Who:
    """Somebody who acts on a case: which of its roles he holds. The system (person None) may do what clocks and other modules bring about."""

    person: int | None
    roles: frozenset[str] = frozenset()
    boss: bool = False
    """Whether he may do any step, in anybody's place."""

    @property
    def system(self) -> bool:
        """Whether nobody acts but the clock or another module."""
        return self.person is None

    def may_edit(self, roles: frozenset[str]) -> bool:
        """Whether he may fill in what only these roles do; no role named means everybody."""
        return not roles or bool(self.roles & roles) or self.system or self.boss


SYSTEM = Who(None)


@dataclass
class Engine:
    """One case in the hands of one act: what happens is played at once and kept in `events`."""

    definition: Definition
    state: State
    times: Times
    now: datetime
    who: Who
    events: list[Event] = field(default_factory=list)

    # ---- the acts -------------------------------------------------------------------------------------------------

    def start(self, *, no: str, given: Mapping[str, Any] | None = None, people: Mapping[str, int] | None = None) -> None:
        """A case begins with its first step open, and with what is known already."""
        self.tell("started", no=no)
        for role, person in (people or {}).items():
            self.tell("person", role=role, person=person)
        self._fill(filling.defaults(self) | dict(given or {}))
        self._happened("case", "started")
        self._open(self.definition.start.key)

    def save(self, given: Mapping[str, Any]) -> None:
        """Something is filled in while a step is open that asks for it; nothing is demanded yet."""
        self._must_be_open()
        self._fill(given)

    def act(self, step: str, outcome: str, given: Mapping[str, Any] | None = None, **extra: Any) -> None:
        """A step ends. `extra`: `form` (values of the round's own form), `checks` (those that are ticked), `people` (role → person who is chosen).

        Refuses when the step is not open, is not the actor's, was done before by one who may not do both, or lacks what it demands.
        """
        self._must_be_open()
        if step not in self.definition.steps or outcome not in self.definition.steps[step].outcomes:
            raise Malformed("procedures.outcome_unknown", step=step, outcome=outcome)
        found, now = self._step(step)
        chosen = found.outcomes[outcome]
        self.may(found, now)
        self._fill(given or {})
        form = filling.form(self, found, extra.get("form") or {})
        ticked = tuple(check for check in found.checks if check in (extra.get("checks") or ()))
        if not chosen.unchecked and len(ticked) < len(found.checks) and not self.who.system:
            raise Refused("procedures.check_missing", checks=[check for check in found.checks if check not in ticked])
        filling.demand(self, found, chosen)
        self._done(found, chosen, now, form, ticked, extra.get("people") or {})

    def claim(self, step: str) -> None:
        """Take a step from the pool on oneself. Refuses when somebody has it."""
        found, now = self._step(step)
        self.may(found, now)
        if now.assignee and now.assignee != self.who.person:
            raise Refused("procedures.taken", step=step)
        self.tell("step_assigned", step=step, round=now.round, person=self.who.person, claimed=True)

    def assign(self, step: str, person: int | None, *, reason: str = "") -> None:
        """Give a step to somebody, or back to the pool (nobody). What one took he may give back; all else is the boss's."""
        found, now = self._step(step)
        mine = now.assignee == self.who.person and now.assignee is not None
        if not (mine or self.who.boss or self.who.system):
            raise NotGranted("procedures.not_your_step", step=step)
        if self.definition.roles[found.by].per_case and person:
            self.tell("person", role=found.by, person=person)
        self.tell("step_assigned", step=step, round=now.round, person=person, claimed=False, reason=reason)

    def contact(self, channel: str, outcome: str, *, note: str = "", next_at: datetime | None = None) -> None:
        """A talk with the outside is written down. Refuses hours of quiet, too many a day, and whoever wants no more calls."""
        self._must_be_open()
        rules = self.definition.contacts
        if rules is None or channel not in rules.channels or outcome not in rules.outcomes:
            raise Malformed("procedures.contact_unknown", channel=channel, outcome=outcome)
        filling.may_call(self, rules, channel)
        self.tell("contact", channel=channel, outcome=outcome, note=note, next_at=next_at.isoformat() if next_at else None)
        self._happened("contact", "any", channel, outcome)

    def void_contact(self, place: int) -> None:
        """A talk that was written down by mistake counts no more; it stays to be read."""
        if not 0 <= place < len(self.state.contacts) or self.state.contacts[place].void:
            raise Refused("procedures.cannot_void_contact")
        self.tell("contact_void", place=place)

    def attach(self, slot: str, *, count: int = 1) -> None:
        """A file is attached (or taken away: count -1). Refuses more than the slot holds."""
        self._must_be_open()
        found = self.definition.attachments.get(slot)
        if found is None:
            raise Malformed("procedures.slot_unknown", slot=slot)
        if self.state.files.get(slot, 0) + count > found.most:
            raise Refused("procedures.too_many_files", most=found.most)
        self.tell("file", slot=slot, count=count)
        self._happened("file", slot)

    def extend(self, clock: str, seconds: int, *, reason: str) -> None:
        """A clock gets more time, with a reason."""
        now = self.state.clock(clock)
        if now is None or not now.is_alive or now.budget is None:
            raise Refused("procedures.clock_not_running", clock=clock)
        self._set(clockwork.extended(now, self.times.calendar(now.calendar), now.budget + seconds), reason=reason)

    def hear(self, name: str, **data: Any) -> bool:
        """Another module tells something about the case: the steps that wait for it end. Never refuses; whether anything waited."""
        self.tell("heard", name=name, **data)
        return any([self._bring(step, outcome) for step, outcome in self.definition.hears.get(name, ())])  # noqa: C419 - each of them

    def child(self, procedure: str, count: int) -> None:
        """A case of another trade that began here was opened (1) or closed (-1)."""
        self.tell("child", procedure=procedure, count=count)

    def cancel(self, *, reason: str) -> None:
        """The case ends without its work."""
        self._must_be_open()
        self._end("cancelled", reason=reason)

    def reopen(self, step: str, *, reason: str) -> None:
        """A closed case goes on with a new round of a step."""
        if self.state.is_open or self.state.status == "new":
            raise Refused("procedures.case_open")
        if step not in self.definition.steps:
            raise Malformed("procedures.step_unknown", step=step)
        self.tell("reopened", reason=reason)
        self._open(step)

    def tick(self) -> None:
        """The clocks have run on to now: rungs fire in their order, what is due is late, what comes again comes again."""
        for key in self.definition.clocks:
            now = self.state.clock(key)
            if now is not None and self.state.is_open:
                self._run(self.definition.clocks[key], now)

    # ---- who may --------------------------------------------------------------------------------------------------

    def may(self, step: Step, now: StepState) -> None:
        """Refuses with `procedures.not_your_step` and `procedures.four_eyes`."""
        if self.who.system:
            return
        if not self.who.boss:
            if not self.who.roles & {step.by, *step.helpers}:
                raise NotGranted("procedures.not_your_step", step=step.key)
            if now.assignee and now.assignee != self.who.person and not self.who.roles & set(step.helpers):
                raise NotGranted("procedures.not_your_step", step=step.key)
        for other in step.not_by:
            before = self.state.last(other)
            if before and before.by == self.who.person:
                raise Refused("procedures.four_eyes", step=step.key, other=other)

    @property
    def zone(self) -> str:
        """The zone of the trade's calendar."""
        return self.times.calendars[self.definition.calendar].zone

    def local(self) -> datetime:
        """Now, on the wall of the trade."""
        return self.now.astimezone(ZoneInfo(self.zone))

    # ---- steps ----------------------------------------------------------------------------------------------------

    def _bring(self, step: str, outcome: str) -> bool:
        """A clock or another module ends a step, if it is open; whether it was."""
        now = self.state.open_step(step)
        if now is None or not self.state.is_open:
            return False
        found = self.definition.steps[step]
        self._done(found, found.outcomes[outcome], now, {}, (), {})
        return True

    def _step(self, step: str) -> tuple[Step, StepState]:
        self._must_be_open()
        now = self.state.open_step(step)
        if step not in self.definition.steps or now is None:
            raise Refused("procedures.step_not_open", step=step)
        return self.definition.steps[step], now

    def _must_be_open(self) -> None:
        if not self.state.is_open:
            raise Refused("procedures.case_closed")

    def _done(
        self, step: Step, outcome: Outcome, now: StepState, form: Mapping[str, Any], ticked: tuple[str, ...], people: Mapping[str, int]
    ) -> None:
        """The step is over; what follows from the outcome follows, in this order."""
        self.tell("step_done", step=step.key, round=now.round, outcome=outcome.key, form=dict(form), checks=list(ticked))
        self._happened(step.key, "done", outcome.key)
        if outcome.freeze:
            self.tell("frozen", names=sorted(outcome.freeze))
        if outcome.unfreeze:
            self.tell("unfrozen", names=sorted(outcome.unfreeze))
        self._choose(step, outcome, people)
        for effect in outcome.do:
            self.tell("effect", name=effect.name, **filling.arguments(self, effect))
        for spawn in outcome.spawn:
            given = {name: self.state.no if ours == "self" else self.state.values.get(ours) for name, ours in spawn.values.items()}
            self.tell("spawned", procedure=spawn.procedure, given=given)
            self.child(spawn.procedure, 1)
        for key in outcome.void:
            self._void(key)
        if outcome.end:
            self._end(outcome.end)
            return
        for key in outcome.then:
            self._open(key)
        if not self.state.open_steps and not any(clock.opens for clock in self.definition.clocks.values()):
            raise Refused("procedures.dead_end", step=step.key, outcome=outcome.key)

    def _choose(self, step: Step, outcome: Outcome, people: Mapping[str, int]) -> None:
        """Whoever took an offer has it from now on, and whoever the step chose for the role that goes on."""
        if step.offer and outcome.key == step.offer.accept and self.who.person:
            self.tell("person", role=step.offer.role, person=self.who.person)
        if step.assign is None or not any(self.definition.steps[key].by == step.assign.role for key in outcome.then):
            return
        person = people.get(step.assign.role)
        if person is None:
            raise Malformed("procedures.nobody_chosen", role=step.assign.role)
        self.tell("person", role=step.assign.role, person=person)

    def _open(self, key: str) -> None:
        """A new round of a step, and of those that open with it; one that is open stays as it is."""
        for each in (key, *self.definition.steps[key].also):
            if self.state.open_step(each):
                continue
            step = self.definition.steps[each]
            number = 1 + max((old.round for old in self.state.steps if old.key == each), default=0)
            self.tell("step_opened", step=each, round=number, role=step.by, assignee=self.state.people.get(step.by))
            self._happened(each, "open")

    def _void(self, key: str) -> None:
        now = self.state.open_step(key)
        if now is None:
            return
        self.tell("step_void", step=key, round=now.round)
        for clock in self.definition.clocks.values():
            alive = self.state.clock(clock.key)
            if alive and alive.is_alive and clock.starts.text == f"{key}.open":
                self._set(clockwork.ended(alive, "void"))
        self._pauses()

    def _end(self, outcome: str, **why: Any) -> None:
        """Everything that is open is void; the case is closed."""
        for step in self.state.open_steps:
            self.tell("step_void", step=step.key, round=step.round)
        self._happened("case", "closed")
        for clock in list(self.state.clocks):
            if clock.is_alive:
                self._set(clockwork.ended(clock, "void"))
        self.tell("closed", outcome=outcome, **why)

    def _fill(self, given: Mapping[str, Any]) -> None:
        changed = filling.fill(self, given)
        for name in changed:
            self._happened("field", name)
        for clock in self.definition.clocks.values():
            now = self.state.clock(clock.key)
            if clock.before in changed and now and now.is_alive:
                self._set(clockwork.ended(now, "void"))
                self._arm(clock)

    # ---- clocks ---------------------------------------------------------------------------------------------------

    def _happened(self, of: str, *whats: str) -> None:
        """Clocks that wait for it stop, end, start."""
        for clock in self.definition.clocks.values():
            now = self.state.clock(clock.key)
            alive = now if now and now.is_alive else None
            stops = clock.stops or ((Happening(clock.starts.of, "done"),) if clock.starts.what == "open" and not clock.every else ())
            if alive and any(each.of == of and each.what in whats for each in stops):
                self._set(clockwork.ended(alive, "met"))
                alive = None
            if alive and clock.until and clock.until.of == of and clock.until.what in whats:
                self._set(clockwork.ended(alive, "void"))
                alive = None
            if clock.starts.of == of and clock.starts.what in whats and not (alive and clock.every):
                if alive:
                    self._set(clockwork.ended(alive, "void"))
                self._arm(clock)
        self._pauses()

    def _arm(self, clock: Clock) -> None:
        """A new round of the clock, if its condition holds."""
        world = filling.world(self)
        if clock.when is not None and not clock.when.value(world):
            return
        needs = clock.days or clock.hours
        value = needs.value(world) if needs else self.state.values.get(clock.before) if clock.before else None
        number = 1 + max((old.round for old in self.state.clocks if old.key == clock.key), default=0)
        made = clockwork.armed(clock, self.definition, self.times, number=number, now=self.now, value=value)
        if made is not None:
            self._set(made)

    def _pauses(self) -> None:
        """A clock waits while one of the steps is open that it waits for, and runs again when none is."""
        for clock in self.definition.clocks.values():
            now = self.state.clock(clock.key)
            if not clock.pause or now is None or not now.is_alive:
                continue
            waiting, calendar = any(self.state.open_step(key) for key in clock.pause), self.times.calendar(now.calendar)
            if waiting and now.state == "armed":
                self._set(clockwork.paused(now, calendar, self.now))
            elif not waiting and now.state == "paused":
                self._set(clockwork.resumed(now, calendar, self.now))

    def _run(self, clock: Clock, now: ClockState) -> None:
        """What the clock brings about until now."""
        calendar = self.times.calendar(now.calendar)
        for rung in clockwork.due_rungs(clock, now, calendar, self.now):
            current = self.state.clock(clock.key)
            if current is None or current.round != now.round or current.state != "armed" or not self.state.is_open:
                return
            self._set(replace(current, fired=(*current.fired, rung.key)), rung=rung.key)
            self._fire(clock, rung)
        current = self.state.clock(clock.key)
        if current is None or current.state != "armed" or current.due is None or current.due > self.now or not self.state.is_open:
            return
        if clock.every:
            if clock.opens:
                self._open(clock.opens)
            self._set(clockwork.ended(current, "met"))
            self._set(clockwork.next_round(current, clock.every, calendar, self.now))
        elif current.breached is None:
            self._set(replace(current, breached=current.due), late=True)

    def _fire(self, clock: Clock, rung: Rung) -> None:
        """A rung does what it says."""
        for way in ("remind", "escalate", "notify"):
            for role in getattr(rung, way):
                self.tell("told", way=way, role=role, clock=clock.key, person=self.state.people.get(role))
        if rung.reassign:
            waiting = self.state.open_step(clock.starts.of)
            if waiting:
                self.tell("step_assigned", step=waiting.key, round=waiting.round, person=None, claimed=False, reason=f"clock {clock.key}")
        if rung.open:
            self._open(rung.open)
        if rung.act:
            self._bring(*rung.act)

    # ---- telling --------------------------------------------------------------------------------------------------

    def _set(self, clock: ClockState, **why: Any) -> None:
        """A clock has become this; when it does something next is worked out here, for all of them."""
        fresh = clockwork.with_next(self.definition.clocks[clock.key], clock, self.times.calendar(clock.calendar))
        if fresh != self.state.clock(clock.key):
            self.tell("clock", **written(fresh, **why))

    def tell(self, kind: str, **data: Any) -> None:
        """One thing happens, and is kept."""
        event = Event(kind, self.now, self.who.person, data)
        play(self.state, event)
        self.events.append(event)
