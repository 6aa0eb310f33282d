"""What the system says, kept as data: a code with values. People read it in their own language; the desks have the words."""

import json
from typing import Any

Saying = dict[str, Any]
"""`{"code": "delivery.first_fee", "fee": 800}`: money in minor units, names as they are, days, pieces and kilometres as numbers."""

PLAIN = "kernel.plain"
"""The code of a sentence from the time when sentences were stored; it reads as its `text`, in the language it was written in."""


def saying(code: str, /, **values: Any) -> Saying:
    """One thing to say; values that JSON cannot hold as they are, or one called `code`, are a bug."""
    if "code" in values or json.loads(json.dumps(values)) != values:
        message = f"a saying holds JSON beside its code, not {values}"
        raise ValueError(message)
    return {"code": code, **values}
