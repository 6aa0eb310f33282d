"""How people read moments: how long ago, how long left, which day; always in the zone of the business."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.utils import dateformat, timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop, ngettext, pgettext

from wangdan.kernel import clock

_HOUR = timedelta(hours=1)
_DAY = timedelta(days=1)
_WEEKDAYS = (
    gettext_noop("周一"),
    gettext_noop("周二"),
    gettext_noop("周三"),
    gettext_noop("周四"),
    gettext_noop("周五"),
    gettext_noop("周六"),
    gettext_noop("周日"),
)


def exact(moment: datetime | None) -> str:
    """The moment to the second, as the hover shows it."""
    if moment is None:
        return ""
    return timezone.localtime(moment).strftime("%Y-%m-%d %H:%M:%S")


def ago(moment: datetime, now: datetime | None = None) -> str:
    """How a past moment reads: 刚刚, 26 分钟前, 今天 10:42, 昨天 17:30, 11-21, 2025-11-21."""
    now = now or clock.now()
    local, today = timezone.localtime(moment), timezone.localtime(now)
    gone = now - moment
    if timedelta() <= gone < timedelta(minutes=1):
        return _("刚刚")
    if timedelta() <= gone < _HOUR:
        minutes = int(gone.total_seconds() // 60)
        return ngettext("%(n)s 分钟前", "%(n)s 分钟前", minutes) % {"n": minutes}
    days = (today.date() - local.date()).days
    at = f"{local:%H:%M}"
    named = {0: _("今天 %(at)s"), 1: _("昨天 %(at)s"), -1: _("明天 %(at)s")}.get(days)
    if named:
        return named % {"at": at}
    return f"{local:%m-%d}" if local.year == today.year else f"{local:%Y-%m-%d}"


def _local(moment: datetime | date) -> date:
    """The day of a moment in the zone of the business; a day stays itself."""
    return timezone.localtime(moment).date() if isinstance(moment, datetime) else moment


def short(moment: datetime | date) -> str:
    """Month and day, the year only when it is not this one: for the steps of an order."""
    local = _local(moment)
    return f"{local:%m-%d}" if local.year == timezone.localtime(clock.now()).year else f"{local:%Y-%m-%d}"


def hours(starts: datetime, ends: datetime) -> str:
    """Hours of a day as one says them: 明天 09:00–12:00."""
    return f"{day(starts)} {timezone.localtime(starts):%H:%M}–{timezone.localtime(ends):%H:%M}"


def day(moment: datetime | date | None) -> str:
    """A day to come, as one says it: 明天（11 月 24 日）, 11 月 25 日 周三; tomorrow (24 Nov), Wed 25 Nov."""
    if moment is None:
        return ""
    local, today = _local(moment), timezone.localtime(clock.now()).date()
    ahead = (local - today).days
    plain = dateformat.format(local, pgettext("date format", "n 月 j 日"))
    if ahead in (0, 1):
        name = _("今天") if ahead == 0 else _("明天")
        return _("%(name)s（%(date)s）") % {"name": name, "date": plain}
    return _("%(date)s %(weekday)s") % {"date": plain, "weekday": _(_WEEKDAYS[local.weekday()])}


def span(length: timedelta) -> str:
    """A length of time that says enough: 2 天, 3:04 (hours and minutes), 36 分钟."""
    minutes = int(length.total_seconds() // 60)
    if length >= _DAY:
        return ngettext("%(n)s 天", "%(n)s 天", length.days) % {"n": length.days}
    if length >= _HOUR:
        return f"{minutes // 60}:{minutes % 60:02d}"
    return ngettext("%(n)s 分钟", "%(n)s 分钟", minutes) % {"n": max(1, minutes)}


@dataclass(frozen=True)
class Deadline:
    """A limit as a clock shows it: what is left or how late, when it ends, which colour, how much of it is gone."""

    text: str
    state: str
    gone: int
    late: bool
    due: datetime

    @property
    def until(self) -> str:
        """When it ends; most lists never ask."""
        return _("%(when)s 到期") % {"when": ago(self.due)}


def deadline(due: datetime, since: datetime | None = None) -> Deadline:
    """The clock of a limit: wrong when passed, waiting in the last quarter or the last four hours, else plain."""
    now = clock.now()
    left = due - now
    late = left < timedelta()
    word = _("超时 %(span)s") if late else _("剩 %(span)s")
    state = "wrong" if late else "waiting" if left < 4 * _HOUR else ""
    gone = 100
    if since and not late and due > since:
        gone = min(100, max(0, int(100 * (now - since) / (due - since))))
        state = state or ("waiting" if gone >= 75 else "")  # noqa: PLR2004 - the last quarter of a limit
    return Deadline(word % {"span": span(abs(left))}, state, gone, late, due)
