"""What accounts tells the modules above."""

from dataclasses import dataclass

from wangdan.kernel.fact import Fact


@dataclass(frozen=True)
class CodeWanted(Fact):
    """A code must go to the phone of `codes:ID`; neither the number nor the digits are part of the fact."""

    purpose: str
    language: str


@dataclass(frozen=True)
class PersonRegistered(Fact):
    """Somebody has an account now (ref `people:ID`)."""


@dataclass(frozen=True)
class PersonLeft(Fact):
    """A role of `people:ID` ended, or the account was closed: what he had taken upon himself waits for others."""


@dataclass(frozen=True)
class PasswordChanged(Fact):
    """The password of `people:ID` was changed; other sessions and all tokens are dead."""
