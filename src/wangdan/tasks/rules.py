"""Up to which amount one person decides alone, by role; beyond it a second one must agree. Plain Python."""

from wangdan.kernel.errors import Malformed
from wangdan.kernel.option import Option

_LARGEST = 10**12

LIMITS: dict[str, Option] = {
    "service": Option("tasks.alone_service_fen", default=50_000, low=0, high=_LARGEST, text="客服一个人能决定的最高金额（分）"),
    "auditor": Option("tasks.alone_auditor_fen", default=1_000_000, low=0, high=_LARGEST, text="审核员一个人能决定的最高金额（分）"),
    "finance": Option("tasks.alone_finance_fen", default=500_000, low=0, high=_LARGEST, text="财务一个人能决定的最高金额（分）"),
    "supervisor": Option("tasks.alone_supervisor_fen", default=2_000_000, low=0, high=_LARGEST, text="主管一个人能决定的最高金额（分）"),
    "admin": Option("tasks.alone_admin_fen", default=2_000_000, low=0, high=_LARGEST, text="管理员一个人能决定的最高金额（分）"),
}
"""Role → the option that says how much one of it decides alone, minor units."""
APPROVE_WITHIN = Option("tasks.approve_within_hours", default=24, low=1, high=240, text="要第二个人复核的事应在多久内决定（小时）")
OUTCOME_LIMIT = 200
"""Characters of how a task ended, or why an approval was not given."""


def clean_outcome(text: str) -> str:
    """A word on how it ended as it is kept. Refuses (422) with `tasks.outcome_long`."""
    if len(text) > OUTCOME_LIMIT:
        raise Malformed("tasks.outcome_long", longest=OUTCOME_LIMIT)
    return text
