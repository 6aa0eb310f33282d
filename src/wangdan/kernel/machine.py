"""The life of a thing as a table of moves: the rule, the diagram and the buttons in one."""

from collections.abc import Iterable, Sequence

from wangdan.kernel.errors import Refused

Move = tuple[str, str | Sequence[str], str]


class Machine:
    """States and moves of one kind of thing; a table with unreachable states fails at import."""

    def __init__(self, module: str, *, start: str | Sequence[str], moves: Iterable[Move]) -> None:
        """`module` prefixes the refusal codes; each move is (name, from state or states, to state)."""
        self.module = module
        self.starts = (start,) if isinstance(start, str) else tuple(start)
        self.table: dict[tuple[str, str], str] = {}
        for name, sources, target in moves:
            for source in (sources,) if isinstance(sources, str) else sources:
                if (name, source) in self.table:
                    message = f"{module}: move {name!r} leaves {source!r} twice"
                    raise ValueError(message)
                self.table[name, source] = target
        self._check()

    def _check(self) -> None:
        reached, fresh = set(self.starts), set(self.starts)
        while fresh:
            fresh = {to for (_, source), to in self.table.items() if source in fresh} - reached
            reached |= fresh
        unreachable = set(self.states) - reached
        if unreachable:
            message = f"{self.module}: nothing leads to {sorted(unreachable)}"
            raise ValueError(message)

    @property
    def start(self) -> str:
        """The state most of them begin in."""
        return self.starts[0]

    @property
    def states(self) -> tuple[str, ...]:
        """All states, in the order the table names them."""
        names = dict.fromkeys(self.starts)
        for (_, source), target in self.table.items():
            names.setdefault(source)
            names.setdefault(target)
        return tuple(names)

    @property
    def moves(self) -> tuple[str, ...]:
        """All moves, in the order the table names them."""
        return tuple(dict.fromkeys(name for name, _ in self.table))

    @property
    def final(self) -> frozenset[str]:
        """States that nothing leaves."""
        return frozenset(self.states) - {source for _, source in self.table}

    def take(self, move: str, status: str) -> str:
        """The state after `move`; refuses with `<module>.cannot_<move>` where the table has no such way."""
        if move not in self.moves:
            message = f"{self.module}: unknown move {move!r}"
            raise ValueError(message)
        target = self.table.get((move, status))
        if target is None:
            raise Refused(f"{self.module}.cannot_{move}", status=status)
        return target

    def open_moves(self, status: str) -> tuple[str, ...]:
        """The moves that leave this state, in the order of the table."""
        return tuple(name for (name, source) in self.table if source == status)

    def mermaid(self) -> str:
        """The table as a state diagram for MAP.md and the procedure pages."""
        lines = ["stateDiagram-v2", *(f"    [*] --> {start}" for start in self.starts)]
        lines += [f"    {source} --> {target}: {name}" for (name, source), target in self.table.items()]
        lines += [f"    {state} --> [*]" for state in self.states if state in self.final]
        return "\n".join(lines)
