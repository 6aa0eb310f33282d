"""The little HTML that a shop may write about its goods: an allow list, cleaned on the server by nh3 (ammonia). Plain text stays as it is."""

import re

import nh3

TAGS = frozenset(
    {
        *("p", "br", "h3", "h4", "b", "strong", "em", "i", "u", "s", "ul", "ol", "li", "blockquote", "hr"),
        *("table", "thead", "tbody", "tr", "th", "td", "a", "img"),
    }
)
_TAG = re.compile(rf"</?(?:{'|'.join(sorted(TAGS))})[\s/>]", re.IGNORECASE)
_BLOCK = re.compile(r"\s*(</?(?:p|br|h[34]|ul|ol|li|blockquote|hr|table|thead|tbody|tr|th|td)(?:\s[^>]*)?>)\s*", re.IGNORECASE)
"""What begins a line by itself: line ends around it are only for the writer's eye."""
_OURS = re.compile(r"/media/[0-9a-f]{64}-(?:200|400|800)\.webp")
"""Pictures come from this house only: a foreign address would tell others who looks at the page."""


def is_rich(text: str) -> bool:
    """Whether the text uses any of the tags; `5 < 6` is plain text."""
    return bool(_TAG.search(text))


_OUTSIDE = re.compile(r"https://[^\s\\]+")
"""A link leads to another site in full: what is no address to the cleaner may still be one to a browser."""
_SHAPES = {"src": _OURS, "href": _OUTSIDE}


def _attribute(_tag: str, name: str, value: str) -> str | None:
    return value if name not in _SHAPES or _SHAPES[name].fullmatch(value) else None


def broken(text: str) -> str:
    """Cleaned text as it is shown: the line ends that were typed between words are line ends, those around a block are not."""
    return re.sub(r"\r?\n", "<br>", _BLOCK.sub(r"\1", text.strip()))


def clean(text: str) -> str:
    """The text with nothing but the allowed tags: no script, no style, no event, no foreign picture; links open https only."""
    if not is_rich(text):
        return text
    return nh3.clean(
        text,
        tags=set(TAGS),
        attributes={"a": {"href"}, "img": {"src", "alt", "width", "height"}, "td": {"colspan", "rowspan"}, "th": {"colspan", "rowspan"}},
        attribute_filter=_attribute,
        url_schemes={"https"},
        link_rel="nofollow noopener noreferrer",
    )
