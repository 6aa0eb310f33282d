"""Template tags of all desks: money, numbers, names, moments, states and icons, each written one way everywhere."""

from datetime import datetime
from functools import lru_cache
from typing import Any

from django import template
from django.templatetags.static import static
from django.utils import translation
from django.utils.html import escape, format_html, linebreaks
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from wangdan.accounts.rules import mask_name, mask_phone
from wangdan.catalogue.rules import rich
from wangdan.desks import moments, shell, states, web
from wangdan.kernel import numbers, options
from wangdan.kernel.option import Option

register = template.Library()

_SIGNS = {"CNY": "¥"}
_WAN = 10_000


def _parts(amount: int) -> tuple[str, str, str]:
    """Sign, whole part with commas and two digits of an amount in minor units."""
    whole, rest = divmod(abs(int(amount)), 100)
    return ("−" if amount < 0 else "", f"{whole:,}", f"{rest:02d}")


@register.filter
def money(amount: int | None, currency: str = "CNY") -> str:
    """Minor units as people read money: ¥1,299.00; −¥40.00."""
    if amount is None:
        return ""
    sign, whole, rest = _parts(amount)
    return f"{sign}{_SIGNS.get(currency, currency + ' ')}{whole}.{rest}"


@register.filter
def plain_money(amount: int | None) -> str:
    """Minor units without the currency's sign, for tables whose head names it: 1,299.00."""
    if amount is None:
        return ""
    sign, whole, rest = _parts(amount)
    return f"{sign}{whole}.{rest}"


@register.simple_tag
def price(amount: int | None, size: str = "") -> SafeString:
    """What a buyer pays, in vermilion with a small sign and 角分. `size` is "", md, lg or xl. Store only."""
    if amount is None:
        return SafeString("")
    sign, whole, rest = _parts(amount)
    return format_html('<span class="wd-price{}">{}¥<b>{}</b>.{}</span>', f" {size}" if size else "", sign, whole, rest)


@register.simple_tag
def option(name: str) -> Any:
    """The present value of a business option, so that a promise on a page is the one the house keeps."""
    return options.value(Option.known[name])


@register.filter
def pictured(url: str | None) -> str:
    """The address of a picture, or of a plain parcel where a thing has none yet."""
    return url or static("wd/pictures/none.svg")


@register.filter
def grouped(number: str | None) -> SafeString:
    """A number of ours in groups of four, as people read it aloud."""
    return SafeString(f'<span class="wd-no">{escape(numbers.grouped(str(number)))}</span>') if number else SafeString("")


@register.filter
def groups(number: str | None) -> str:
    """The same without markup, for titles and attributes."""
    return numbers.grouped(str(number)) if number else ""


@register.filter
def described(text: str) -> SafeString:
    """What a shop wrote about its goods: its allowed tags, cleaned once more, or plain text in paragraphs."""
    return mark_safe(rich.broken(rich.clean(text))) if rich.is_rich(text) else mark_safe(linebreaks(text, autoescape=True))  # noqa: S308 - cleaned by an allow list


@register.filter
def masked_phone(phone: str | None) -> str:
    """A phone nobody needs to dial: 138 **** 6021."""
    return mask_phone(phone)


@register.filter
def masked_name(name: str | None) -> str:
    """A name of which only the family shows: 陈*."""
    return mask_name(name or "")


@register.filter
def tail(phone: str | None) -> str:
    """The last four digits of a phone, beside a masked name in lists."""
    return (phone or "")[-4:]


@register.filter
def thousands(count: int | None) -> str:
    """A number to the last digit, in groups of three: 12,362."""
    return f"{count or 0:,}"


@register.filter
def many(count: int | None) -> str:
    """A count as a card shows it: 2,318; 1.2 万 in Chinese, 12k in English from ten thousand on."""
    count = int(count or 0)
    if count < _WAN:
        return f"{count:,}"
    if (translation.get_language() or "zh").startswith("zh"):
        return f"{count / _WAN:.1f}".removesuffix(".0") + " 万"
    return f"{count // 1000}k"


@register.simple_tag
def when(moment: datetime | None, css: str = "") -> SafeString:
    """How long ago, with the exact moment on hover."""
    if moment is None:
        return SafeString("")
    cls = f' class="{escape(css)}"' if css else ""
    return SafeString(f'<time datetime="{moment.isoformat()}" title="{moments.exact(moment)}"{cls}>{escape(moments.ago(moment))}</time>')


@register.filter
def exactly(moment: datetime | None) -> str:
    """The moment to the minute: 2026-11-21 20:12."""
    return moments.exact(moment)[:16] if moment else ""


@register.filter
def day_ahead(moment: datetime | None) -> str:
    """A day to come as one says it."""
    return moments.day(moment) if moment else ""


@register.inclusion_tag("parts/clock.html")
def clock_of(due: datetime | None, since: datetime | None = None, css: str = "") -> dict[str, Any]:
    """The clock of a limit: what is left, until when, and a bar of what is gone."""
    return {"deadline": moments.deadline(due, since) if due else None, "bar": since is not None, "css": css}


@register.filter
def deadline(due: datetime | None) -> moments.Deadline | None:
    """The limit as words and colour, for table cells."""
    return moments.deadline(due) if due else None


@register.simple_tag
def pill(kind: str, status: str, css: str = "") -> SafeString:
    """State as word, colour and shape. `kind` is orders, parcels, parts, attempts, refunds, tasks or products."""
    return _pill(kind, status, css, translation.get_language() or "")


@lru_cache(maxsize=1000)
def _pill(kind: str, status: str, css: str, language: str) -> SafeString:
    """There are a few dozen states, and a list shows forty of them; `language` is what the word is in."""
    del language
    return format_html(
        '<span class="wd-pill{}" data-state="{}">{}</span>', f" {css}" if css else "", states.colour(kind, status), states.word(kind, status)
    )


@register.filter
def state_word(status: str, kind: str = "orders") -> str:
    """The word of a state."""
    return states.word(kind, status)


@register.filter
def state_colour(status: str, kind: str = "orders") -> str:
    """The colour of a state."""
    return states.colour(kind, status)


@register.simple_tag
def icon(name: str, css: str = "") -> SafeString:
    """An icon of the sprite; decorative, so hidden from screen readers. `css` adds icon-s, icon-l, icon-fill or utilities."""
    return format_html('<svg class="icon{}" aria-hidden="true"><use href="{}#i-{}"/></svg>', f" {css}" if css else "", static("wd/icons.svg"), name)


@register.simple_tag
def logo() -> SafeString:
    """Our mark, without the stroke of an icon."""
    return format_html('<svg aria-hidden="true"><use href="{}#i-logo"/></svg>', static("wd/icons.svg"))


@register.inclusion_tag("parts/rooms.html", takes_context=True)
def rooms(context: template.Context, active: str = "") -> dict[str, Any]:
    """The left side of a desk: its rooms, with the one called `active` marked."""
    shown = context["shell"]
    seat = shell.ROOMS.get(shown.desk, ("", ()))[0]
    found = [(room, room.holds(active)) for room in shown.rooms]
    return {"rooms": found, "active": active, "seat": seat, "first": shown.home}


@register.simple_tag
def nonce() -> SafeString:
    """The hidden field that makes a form's operation happen once."""
    return format_html('<input type="hidden" name="nonce" value="{}">', web.nonce())


@register.filter
def specs(chosen: Any) -> str:
    """The chosen values of a variant in one line: 松绿，单椅."""
    values = chosen.values() if isinstance(chosen, dict) else chosen or ()
    return _("，").join(str(value) for value in values)


@register.filter
def get(mapping: Any, key: Any) -> Any:
    """An entry of a mapping by a key that is itself a variable; None when there is none."""
    return mapping.get(key) if hasattr(mapping, "get") else None


@register.simple_tag
def nothing() -> SafeString:
    """What an empty cell says."""
    return mark_safe('<span class="dim">—</span>')
