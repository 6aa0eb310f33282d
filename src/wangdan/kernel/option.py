"""What a business option is: a named limit with a default and bounds, declared in a module's rules."""

from dataclasses import dataclass
from typing import Any, ClassVar

from wangdan.kernel.errors import Malformed


@dataclass(frozen=True)
class Option:
    """A business option; declare it once in a module's rules.py.

    `name` is `module.what_unit`, `default` an int, bool or str, `low`/`high` bound an int, `text` says in Chinese what it does.
    """

    known: ClassVar[dict[str, "Option"]] = {}

    name: str
    default: Any
    text: str
    low: int | None = None
    high: int | None = None

    def __post_init__(self) -> None:
        """Register the option; a name is declared once."""
        if self.name in Option.known:
            message = f"option {self.name} is declared twice"
            raise ValueError(message)
        Option.known[self.name] = self

    def accept(self, value: Any) -> Any:
        """The value if it fits; refuses with `kernel.option_out_of_range` or `kernel.option_wrong_type`."""
        if type(value) is not type(self.default):
            raise Malformed("kernel.option_wrong_type", option=self.name, wanted=type(self.default).__name__)
        if isinstance(value, int) and not isinstance(value, bool):
            too_low = self.low is not None and value < self.low
            too_high = self.high is not None and value > self.high
            if too_low or too_high:
                raise Malformed("kernel.option_out_of_range", option=self.name, low=self.low, high=self.high)
        return value
