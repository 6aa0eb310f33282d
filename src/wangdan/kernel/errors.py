"""What can go wrong on purpose: every problem has a code, a status and a detail for programs."""

from typing import Any, ClassVar


class Problem(Exception):  # noqa: N818 - it is the base of things said politely, not of bugs
    """Something the caller must hear about; `code` is `module.cannot_verb`, `detail` is JSON-able."""

    status: ClassVar[int] = 400
    default: ClassVar[str] = "kernel.problem"

    def __init__(self, code: str = "", **detail: Any) -> None:
        """Remember the code (or the class's own) and whatever helps the caller to do better."""
        self.code = code or self.default
        self.detail = detail
        super().__init__(self.code)


class Refused(Problem):
    """The state of the business does not allow it now (409)."""

    status = 409
    default = "kernel.refused"


class NotSeen(Problem):
    """There is no such thing, or it is not for this actor's eyes (404): both read the same."""

    status = 404
    default = "kernel.not_seen"


class NotGranted(Problem):
    """The actor sees the thing but may not do this to it (403)."""

    status = 403
    default = "kernel.not_granted"


class Malformed(Problem):
    """The input makes no sense, whatever the state (422)."""

    status = 422
    default = "kernel.malformed"


class Unauthenticated(Problem):
    """Nobody is logged in where somebody must be (401)."""

    status = 401
    default = "kernel.unauthenticated"


class TooMany(Problem):
    """Asked too often; `retry_after` seconds in the detail (429)."""

    status = 429
    default = "kernel.too_many"


class Busy(Problem):
    """Somebody else holds what is needed for longer than we wait; nothing happened, the same call may come again (503)."""

    status = 503
    default = "kernel.busy"


CONSTRAINTS: dict[str, str] = {}
"""Name of a database constraint -> the code its breach is told with."""


def constraint(name: str, code: str) -> str:
    """Say that a breach of the constraint `name` is the refusal `code`; returns the name for use in models."""
    CONSTRAINTS[name] = code
    return name
