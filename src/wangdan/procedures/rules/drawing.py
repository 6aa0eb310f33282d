"""Draws a trade: its steps, what leads from one to the next, what the clocks open, as Mermaid text."""

from wangdan.procedures.rules.definition import Definition


def mermaid(definition: Definition) -> str:
    """The trade as a flow chart: steps with their roles, outcomes as arrows, clocks as dashed ones, ends as rounds."""
    lines = ["flowchart TD"]
    roles = definition.roles
    lines += [f'    {_id(key)}["{_plain(step.title)}<br/><small>{_plain(roles[step.by].title)}</small>"]' for key, step in definition.steps.items()]
    lines += [f'    end_{end}(["{end}"])' for end in definition.ends]
    lines.append(f"    begin((·)) --> {_id(definition.start.key)}")
    for step in definition.steps.values():
        lines += [f"    {_id(step.key)} -.-> {_id(other)}" for other in step.also]
        for outcome in step.outcomes.values():
            to = [f"end_{outcome.end}"] if outcome.end else [_id(key) for key in outcome.then]
            lines += [f'    {_id(step.key)} -->|"{_plain(outcome.label)}"| {target}' for target in to]
    for clock in definition.clocks.values():
        opened = [clock.opens] if clock.opens else []
        opened += [rung.open for rung in clock.rungs if rung.open] + [rung.act[0] for rung in clock.rungs if rung.act]
        lines += [f'    clock_{clock.key}{{{{"{_plain(clock.title)}"}}}} -.-> {_id(key)}' for key in opened]
    return "\n".join(lines)


def _id(key: str) -> str:
    """A step's name in the chart; its own words, such as `end`, are kept apart."""
    return f"step_{key}"


def _plain(text: str) -> str:
    """A text that cannot end its quotes."""
    return text.replace('"', "'").replace("\n", " ")
