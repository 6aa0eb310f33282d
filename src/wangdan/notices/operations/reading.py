"""What a person does with the inbox: read one, read all."""

from wangdan.kernel.act import Act
from wangdan.kernel.operation import operation
from wangdan.notices.models import Notice


@operation("notices.read", on=Notice)
def read(act: Act, notice: Notice) -> Notice:
    """One's own notice is read; the first time counts."""
    if notice.read_at is None:
        notice.read_at = act.now
        notice.save(update_fields=["read_at"])
    return notice


@operation("notices.read_all", root="actor")
def read_all(act: Act, *, until: int = 0) -> int:
    """Everything in one's inbox is read, up to the notice `until` when given: what came after the page was shown stays unread."""
    unread = Notice.objects.filter(person_id=act.person_id, read_at=None)
    if until > 0:
        unread = unread.filter(pk__lte=until)
    count = unread.update(read_at=act.now)
    act.note("read", None, count)
    return count
