"""A page as a browser without script reads it: elements and their attributes, texts, links, and forms with all they would send."""

from dataclasses import dataclass, field
from html.parser import HTMLParser
from urllib.parse import urljoin

_TYPED = frozenset({"text", "search", "tel", "email", "password", "number", "url", "date", "time", "datetime-local", "textarea"})
_VOID = frozenset({"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"})


@dataclass
class Field:
    """One field of a form: its name, kind, what it would send untouched, how long a browser lets it become."""

    name: str
    kind: str
    value: str = ""
    longest: int = 10_000

    @property
    def typed(self) -> bool:
        """Whether people type into it."""
        return self.kind in _TYPED


@dataclass
class Form:
    """A form, once per button that sends it."""

    path: str
    method: str
    fields: list[Field] = field(default_factory=list)
    button: tuple[str, str] = ("", "")

    @property
    def sent(self) -> dict[str, str]:
        """What goes out when nothing is touched."""
        sent = {each.name: each.value for each in self.fields}
        return sent | dict([self.button]) if self.button[0] else sent


@dataclass
class _Open:
    """A form while its page is read."""

    id: str
    action: str
    method: str
    fields: list[Field] = field(default_factory=list)
    buttons: list[tuple[str, str, str]] = field(default_factory=list)


class Page(HTMLParser):
    """What stands on a page."""

    def __init__(self, html: str, path: str) -> None:
        """Read it."""
        super().__init__(convert_charrefs=True)
        self.path, self.elements, self.texts, self.links = path, [], [], []
        self._forms: list[_Open] = []
        self._form: _Open | None = None
        self._strays: list[tuple[str, dict[str, str]]] = []
        self._area: Field | None = None
        self._select: Field | None = None
        self._open: list[str] = []
        self.feed(html)
        self.close()
        for tag, given in self._strays:
            for each in self._forms:
                if each.id == given["form"]:
                    self._part(each, tag, given)

    @property
    def forms(self) -> list[Form]:
        """Every form with every button."""
        return [
            Form(urljoin(self.path, path or each.action), each.method, each.fields, (name, value))
            for each in self._forms
            for path, name, value in each.buttons or [("", "", "")]
        ]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """An element with its attributes."""
        given = {name: value or "" for name, value in attrs}
        self.elements.append((tag, given))
        if tag not in _VOID:
            self._open.append(tag)
        if tag == "a" and given.get("href"):
            self.links.append(urljoin(self.path, given["href"]))
        self.links += [urljoin(self.path, given["hx-get"])] if given.get("hx-get") else []
        if tag == "form":
            self._form = _Open(given.get("id", ""), given.get("action", ""), given.get("method", "get").lower())
            self._forms.append(self._form)
        elif given.get("form"):
            self._strays.append((tag, given))
        elif self._form is not None:
            self._part(self._form, tag, given)

    def _part(self, form: _Open, tag: str, given: dict[str, str]) -> None:
        """A part of a form."""
        name, kind = given.get("name", ""), given.get("type", "text").lower()
        if tag == "button" or (tag == "input" and kind == "submit"):
            form.buttons.append((given.get("formaction", ""), name, given.get("value", "")))
        elif tag == "input" and name and kind != "file" and (kind not in ("checkbox", "radio") or "checked" in given):
            form.fields.append(Field(name, kind, given.get("value", "on" if kind == "checkbox" else ""), int(given.get("maxlength", 10_000))))
        elif tag == "textarea":
            self._area = Field(name, "textarea", longest=int(given.get("maxlength", 10_000)))
            form.fields.append(self._area)
        elif tag == "select":
            self._select = Field(name, "select")
            form.fields.append(self._select)
        elif tag == "option" and self._select is not None and (not self._select.value or "selected" in given):
            self._select.value = given.get("value", "")

    def handle_endtag(self, tag: str) -> None:
        """An element ends; what is left open inside it ends too."""
        if tag in self._open:
            while self._open.pop() != tag:
                pass
        if tag == "form":
            self._form = None
        elif tag == "textarea":
            self._area = None
        elif tag == "select":
            self._select = None

    def handle_data(self, data: str) -> None:
        """A text."""
        self.texts.append((self._open[-1] if self._open else "", data))
        if self._area is not None:
            self._area.value += data

    def says(self) -> str:
        """Everything people can read, and every value."""
        values = [value for _tag, given in self.elements for value in given.values()]
        return "\n".join([*(text for _tag, text in self.texts), *values])
