"""Writes of the work queues: tasks, and approvals by a second person."""

from wangdan.tasks.operations.approving import approve, drop_moot, reject, second_needed
from wangdan.tasks.operations.working import claim, finish, hand_over, release, settle
from wangdan.tasks.operations.working import open as open  # noqa: A004 - the verb of the house

__all__ = ["approve", "claim", "drop_moot", "finish", "hand_over", "open", "reject", "release", "second_needed", "settle"]
