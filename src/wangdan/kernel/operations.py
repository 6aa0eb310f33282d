"""The kernel's own writes: change a business option, forget old keys."""

from datetime import timedelta
from typing import Any

from wangdan.kernel import options
from wangdan.kernel.act import Act
from wangdan.kernel.errors import NotSeen
from wangdan.kernel.models import Key, OptionValue
from wangdan.kernel.operation import operation
from wangdan.kernel.option import Option

KEEP_KEYS = timedelta(hours=72)


@operation("kernel.set_option")
def set_option(act: Act, *, name: str, value: Any) -> OptionValue:
    """Change a business option; the journal keeps who, when, from what to what.

    Refuses with `kernel.not_seen` (no such option), `kernel.option_wrong_type`, `kernel.option_out_of_range`.
    """
    option = Option.known.get(name)
    if option is None:
        raise NotSeen
    accepted = option.accept(value)
    row = OptionValue.objects.select_for_update(no_key=True).filter(name=name).first() or OptionValue(name=name, value=option.default)
    act.note("value", row.value, accepted)
    row.value = accepted
    row.save()
    options.forget()
    return row


@operation("kernel.forget_keys")
def forget_keys(act: Act, *_: Any) -> int:
    """Drop idempotency keys older than any retry (72 hours); returns how many."""
    gone, _by_model = Key.objects.filter(at__lt=act.now - KEEP_KEYS).delete()
    return gone
