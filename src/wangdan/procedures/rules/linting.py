"""What a file must keep as a whole: ways through the work, clocks that can run, names that were asked before they are needed."""

from collections import deque
from collections.abc import Iterable, Iterator

from wangdan.procedures.rules.definition import Ask, Clock, Definition, Outcome, Step
from wangdan.procedures.rules.durations import Instant
from wangdan.procedures.rules.marks import Faults, Map, Mark
from wangdan.procedures.rules.names import under

_MOST_SETS = 20_000
"""Sets of open steps looked through before the walk gives up; real trades have a few hundred."""
_MINUTES = {"m": 1, "h": 60, "hd": 240, "d": 480, "w": 2400}
"""About how long a unit is, for comparing instants of one clock."""


def check(definition: Definition, top: Map, faults: Faults) -> None:
    """Add whatever does not hold together."""
    places = _Places(top)
    _starts(definition, places, faults)
    _clocks(definition, places, faults)
    _words(definition, places, faults)
    if not faults.errors:
        _Walk(definition, places, faults).run()
    if not faults.errors:
        _asked(definition, places, faults)


class _Places:
    """Where things stand in the file."""

    def __init__(self, top: Map) -> None:
        self.top = top

    def of(self, section: str, key: str) -> Mark:
        """A key of a section; the beginning of the file when there is none."""
        entry = under(self.top, section).entries.get(key)
        return entry.key.mark if entry else self.head(section)

    def head(self, key: str) -> Mark:
        """A key of the file."""
        entry = self.top.entries.get(key)
        return entry.key.mark if entry else Mark(1, 1)

    def outcome(self, step: str, outcome: str) -> Mark:
        """An outcome of a step."""
        found = under(under(self.top, "steps").get(step), "outcomes").entries.get(outcome)
        return found.key.mark if found else self.of("steps", step)


def _starts(definition: Definition, places: _Places, faults: Faults) -> None:
    starts = [step.key for step in definition.steps.values() if step.start]
    if not starts:
        faults.add(places.head("steps"), "E403", "no step has 'start: true'")
    for extra in starts[1:]:
        faults.add(places.of("steps", extra), "E403", f"'{extra}' is a second start, beside '{starts[0]}'")
    if definition.steps and not definition.ends:
        faults.add(places.head("steps"), "E402", "no outcome has 'end': a case could never be closed")


def _clocks(definition: Definition, places: _Places, faults: Faults) -> None:
    """Rungs in their order and not before the clock starts; what only repeats must stop some day."""
    for clock in definition.clocks.values():
        mark = places.of("clocks", clock.key)
        before = [rung.at for rung in clock.rungs]
        order = [_instant(at, clock) for at in before]
        if order != sorted(order):
            faults.add(mark, "E502", f"the rungs of {clock.key} are not in the order of time")
        early = clock.within or clock.every
        for at in before:
            if early and at.sign < 0 and at.duration and _minutes(at) > early.amount * _MINUTES[early.unit]:
                faults.add(mark, "E503", f"the rung {at.text} of {clock.key} lies before the clock starts ({early.text})")
            if clock.before and at.percent:
                faults.add(mark, "E503", f"the rung {at.text} of {clock.key}: a clock before a date has no share of a time")
        if clock.every and not clock.opens and not clock.rungs:
            faults.add(mark, "E504", f"{clock.key} comes again and again but does nothing")
    timed = {clock.starts.of for clock in definition.clocks.values()}
    for step in definition.steps.values():
        if step.key not in timed and not step.start:
            faults.add(places.of("steps", step.key), "W103", f"no clock starts at step {step.key}: nobody hears when it is left lying")


def _minutes(at: Instant) -> int:
    return at.duration.amount * _MINUTES[at.duration.unit] if at.duration else 0


def _instant(at: Instant, clock: Clock) -> float:
    """About when a rung fires, in minutes from the deadline."""
    if at.percent is None:
        return at.sign * _minutes(at)
    whole = clock.within or clock.every
    return -(1 - at.percent / 100) * (whole.amount * _MINUTES[whole.unit] if whole else 10_000)


def _words(definition: Definition, places: _Places, faults: Faults) -> None:
    """What is private is not in the name of a case; what is computed is not asked; who is chosen is `per_case`."""
    for field in definition.fields.values():
        if field.private and f"{{{field.key}}}" in definition.subject:
            faults.add(places.head("subject"), "W601", f"{field.key} is private, and the subject shows it in every list")
    for step in definition.steps.values():
        for name in (step.assign.role if step.assign else "", step.offer.role if step.offer else ""):
            if name and not definition.roles[name].per_case:
                faults.add(places.of("steps", step.key), "E602", f"{step.key} chooses a person for '{name}', which is not per_case")
        asked = [*step.ask, *(ask for outcome in step.outcomes.values() for ask in outcome.ask)]
        for ask in asked:
            asked_for = definition.fields.get(ask.name)
            if asked_for and asked_for.compute:
                faults.add(places.of("steps", step.key), "E603", f"{step.key} asks for {ask.name}, which is computed")
        for key in step.form:
            if key in definition.fields:
                faults.add(places.of("steps", step.key), "E107", f"'{key}' of the form of {step.key} is a field of the case too")


class _Walk:
    """Goes through every set of steps that can be open together, ignoring conditions, and looks for dead ends."""

    def __init__(self, definition: Definition, places: _Places, faults: Faults) -> None:
        self.definition, self.places, self.faults = definition, places, faults
        self.again = frozenset(clock.opens for clock in definition.clocks.values() if clock.opens)
        self.by_clock = frozenset(rung.open for clock in definition.clocks.values() for rung in clock.rungs if rung.open)

    def run(self) -> None:
        """Every step is reached, nothing is a dead end, an end can be reached from everywhere."""
        first = self._opened(frozenset(), (self.definition.start.key,))
        came: dict[frozenset[str], tuple[frozenset[str], str] | None] = {first: None}
        back: dict[frozenset[str], set[frozenset[str]]] = {}
        ends, waiting = set[frozenset[str]](), deque([first])
        while waiting and len(came) < _MOST_SETS:
            here = waiting.popleft()
            for step, outcome, there in self._moves(here):
                if outcome.end:
                    ends.add(here)
                    continue
                back.setdefault(there, set()).add(here)
                if there not in came:
                    came[there] = (here, f"{step.key}.{outcome.key}")
                    waiting.append(there)
                    if not there and not self.again:
                        self._dead(step, outcome, came, here)
        if waiting:
            return
        self._unreached(frozenset().union(*came))
        self._endless(came, back, ends)

    def _moves(self, here: frozenset[str]) -> Iterator[tuple[Step, Outcome, frozenset[str]]]:
        for key in sorted(here):
            step = self.definition.steps[key]
            for outcome in step.outcomes.values():
                yield step, outcome, self._opened(here - {key} - set(outcome.void), outcome.then)
        for key in sorted((self.again | self.by_clock) - here):
            step = self.definition.steps[key]
            for outcome in step.outcomes.values():
                yield step, outcome, self._opened(here - set(outcome.void), outcome.then)

    def _opened(self, here: frozenset[str], keys: tuple[str, ...]) -> frozenset[str]:
        fresh = set(here)
        for key in keys:
            fresh |= {key, *self.definition.steps[key].also}
        return frozenset(fresh)

    def _dead(self, step: Step, outcome: Outcome, came: dict[frozenset[str], tuple[frozenset[str], str] | None], here: frozenset[str]) -> None:
        path, at = [f"{step.key}.{outcome.key}"], came[here]
        while at is not None:
            path.insert(0, at[1])
            at = came[at[0]]
        text = f"after {' → '.join(path)} nothing is open and the case has not ended"
        self.faults.add(self.places.outcome(step.key, outcome.key), "E405", text)

    def _unreached(self, reached: frozenset[str]) -> None:
        for key in self.definition.steps:
            if key not in reached | self.again | self.by_clock:
                self.faults.add(self.places.of("steps", key), "E401", f"nothing leads to step {key}")

    def _endless(self, came: Iterable[frozenset[str]], back: dict[frozenset[str], set[frozenset[str]]], ends: set[frozenset[str]]) -> None:
        good, waiting = set(ends), deque(ends)
        while waiting:
            for before in back.get(waiting.popleft(), set()) - good:
                good.add(before)
                waiting.append(before)
        stuck = sorted((each for each in came if each not in good), key=lambda each: (len(each), sorted(each)))
        for key in sorted({key for each in stuck[:1] for key in each}):
            self.faults.add(self.places.of("steps", key), "E402", f"with {' and '.join(sorted(stuck[0]))} open, no way leads to an end")


def _asked(definition: Definition, places: _Places, faults: Faults) -> None:
    """A field that a condition reads, or a clock runs towards, must be filled in somewhere."""
    filled = {ask.name for step in definition.steps.values() for ask in _asks(step)} | {
        key for key, field in definition.fields.items() if field.compute or field.default or field.kind == "case"
    }
    for clock in definition.clocks.values():
        if clock.before and clock.before not in filled:
            faults.add(places.of("clocks", clock.key), "E601", f"{clock.key} runs towards {clock.before}, which no step asks for")
    for step in definition.steps.values():
        for outcome in step.outcomes.values():
            for name in sorted((outcome.need.names if outcome.need else frozenset()) - filled):
                faults.add(places.outcome(step.key, outcome.key), "E601", f"{step.key}.{outcome.key} needs {name}, which no step asks for")
    for key in definition.fields:
        if key not in filled:
            faults.add(places.of("fields", key), "W602", f"no step asks for {key}")


def _asks(step: Step) -> Iterator[Ask]:
    yield from step.ask
    for outcome in step.outcomes.values():
        yield from outcome.ask
