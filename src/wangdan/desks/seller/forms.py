"""The form of a product: its description as a Django form, its variants as plain rows that work without script."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from itertools import product as product_of
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from wangdan.catalogue.models import Product, Sku
from wangdan.catalogue.rules import Draft, Variant
from wangdan.desks import typed

MOST_ROWS = 300
_SPARE, _MORE = 3, 6
_COLUMNS = ("a", "b", "c")
FAULTS: dict[str, Any] = {
    "missing": gettext_lazy("还没填"),
    "too_long": gettext_lazy("太长，或者有空的"),
    "nul": gettext_lazy("有不能用的字符"),
    "twice": gettext_lazy("有两行的规格一样"),
    "uneven": gettext_lazy("每一行都要填同样几种规格"),
    "too_many": gettext_lazy("规格太多了"),
    "price": gettext_lazy("价格要填成 129.00 这样"),
    "weight": gettext_lazy("重量要填 1 到 1,000,000 克"),
    "stock": gettext_lazy("件数要填整数"),
}
"""What is wrong with a field, in words; the keys are those of `catalogue.draft_incomplete`."""


def split(text: str) -> list[str]:
    """Words people separate by commas, enumeration commas or lines, each once."""
    for sign in "，、；;\r\n":
        text = text.replace(sign, ",")
    return list(dict.fromkeys(word.strip() for word in text.split(",") if word.strip()))


def _text(label: Any, longest: int, *, required: bool = False, lines: int = 0, hint: Any = "", rich: Any = "") -> forms.CharField:
    shown: dict[str, Any] = {"class": "form-control"} | ({"data-rich": rich} if rich else {})
    widget = forms.Textarea(attrs={**shown, "rows": lines}) if lines else forms.TextInput(attrs=shown)
    return forms.CharField(label=label, max_length=longest, required=required, widget=widget, help_text=hint)


class Describe(forms.Form):
    """What a product is, without its variants (D07.3.1)."""

    title = _text(gettext_lazy("名称"), 120, required=True, hint=gettext_lazy("买家搜的就是它：先说是什么，再说规格和用途。"))
    subtitle = _text(gettext_lazy("副标题"), 200)
    category = forms.TypedChoiceField(label=gettext_lazy("分类"), coerce=int, widget=forms.Select(attrs={"class": "form-select"}))
    origin = _text(gettext_lazy("产地"), 60)
    tags = _text(gettext_lazy("标签"), 220, hint=gettext_lazy("用逗号隔开，最多 10 个，每个不超过 20 字。"))
    description = _text(
        gettext_lazy("描述"),
        20_000,
        lines=8,
        hint=gettext_lazy("真实、准确、完整；写清材质、尺寸、用法和注意事项。可用 <b>、<h3>、<ul><li>、<table> 排版，其他标签会去掉。"),
        rich=gettext_lazy("加粗|小标题|列表"),
    )
    parameters = _text(gettext_lazy("参数"), 8_000, lines=4, hint=gettext_lazy("一行一项，写成“材质：白橡木”。"))
    spec_a = _text(gettext_lazy("规格一"), 40)
    spec_b = _text(gettext_lazy("规格二"), 40)
    spec_c = _text(gettext_lazy("规格三"), 40)

    def __init__(self, *args: Any, places: Iterable[tuple[int, str]], **kwargs: Any) -> None:
        """`places` are the categories to choose from."""
        super().__init__(*args, **kwargs)
        choice: Any = self.fields["category"]
        choice.choices = [("", _("请选择")), *places]

    def clean_tags(self) -> list[str]:
        """Tags, each once."""
        tags = split(self.cleaned_data["tags"])
        if len(tags) > 10 or any(len(tag) > 20 for tag in tags):  # noqa: PLR2004 - the limits of a draft
            raise forms.ValidationError(_("最多 10 个标签，每个不超过 20 字"))
        return tags

    def clean_parameters(self) -> list[tuple[str, str]]:
        """Name and value of each line; a line without a colon is told."""
        pairs = []
        for line in self.cleaned_data["parameters"].splitlines():
            if not line.strip():
                continue
            name, sign, value = line.replace("：", ":", 1).partition(":")
            if not sign or not name.strip() or not value.strip():
                raise forms.ValidationError(_("“%(line)s”里没有冒号") % {"line": line.strip()[:20]})
            pairs.append((name.strip(), value.strip()))
        return pairs


def described(product: Product, skus: Iterable[Sku]) -> dict[str, Any]:
    """The first values of the form for a product."""
    names = [*dict.fromkeys(name for sku in skus for name in sku.specs), "", "", ""]
    return {
        "title": product.title,
        "subtitle": product.subtitle,
        "category": product.category_id,
        "origin": product.origin,
        "tags": _("，").join(product.tags),
        "description": product.description,
        "parameters": "\n".join(_("：").join(pair) for pair in product.parameters),
        "spec_a": names[0],
        "spec_b": names[1],
        "spec_c": names[2],
    }


@dataclass
class Row:
    """One variant as typed: the values of up to three specs, price in yuan, code, weight, pieces to begin with."""

    place: int
    id: int | None = None
    a: str = ""
    b: str = ""
    c: str = ""
    price: str = ""
    code: str = ""
    weight: str = "500"
    stock: str = ""
    active: bool = True
    errors: dict[str, str] = field(default_factory=dict)

    @property
    def used(self) -> bool:
        """Whether anything was typed into it; spare rows stay empty."""
        return self.id is not None or bool(self.a or self.b or self.c or self.price or self.code or self.stock)

    def blame(self, name: str, word: str) -> None:
        """Say what is wrong with a field; the first word stays."""
        self.errors.setdefault(name, str(FAULTS.get(word, word)))


def rows_of(skus: Iterable[Sku]) -> list[Row]:
    """The rows of a product's variants, with some spare ones."""
    found = []
    for sku in skus:
        names = list(sku.specs)
        values = [str(sku.specs[name]) for name in names] + ["", "", ""]
        weight = str(sku.weight_grams)
        found.append(Row(len(found), sku.pk, *values[:3], typed.yuan(sku.price), sku.code, weight, active=sku.active))
    return spared(found)


def spared(rows: list[Row], more: int = _SPARE) -> list[Row]:
    """The rows that say something and `more` empty ones, numbered anew."""
    kept = [row for row in rows if row.used]
    kept += [Row(0) for _place in range(max(0, min(more, MOST_ROWS - len(kept))))]
    for place, row in enumerate(kept):
        row.place = place
    return kept


def rows_typed(posted: Mapping[str, str], known: Mapping[int, Sku]) -> list[Row]:
    """The rows of a form as typed; an id that is not one of `known` makes it a new variant."""
    count = min(typed.pieces(posted.get("rows", "")) or 0, MOST_ROWS)
    found = []
    for place in range(count):
        said = {name: posted.get(f"r{place}-{name}", "").replace("\x00", "").strip()[:60] for name in ("id", *_COLUMNS, "price", "code", "stock")}
        number = typed.pieces(said.pop("id"), most=2**62)
        row = Row(place, number if number in known else None, **said)
        row.weight = posted.get(f"r{place}-weight", "").strip()[:12]
        row.active = posted.get(f"r{place}-active") == "1"
        found.append(row)
    return found


def _for_all(posted: Mapping[str, str]) -> dict[str, str]:
    """What was typed for all rows at once."""
    return {name: posted.get(f"all-{name}", "").replace("\x00", "").strip()[:60] for name in ("price", "weight", "stock", "code")}


def combined(rows: list[Row], posted: Mapping[str, str]) -> list[Row]:
    """The rows with one for every combination of the specs' values that is missing; each takes what is named for all (D07.3.1)."""
    every = _for_all(posted)
    made = [row for row in rows if row.used]
    present = {(row.a, row.b, row.c) for row in made}
    values = [split(posted.get(f"all-{column}", "")[:1000]) or [""] for column in _COLUMNS]
    for chosen in product_of(*values):
        if any(chosen) and chosen not in present and len(made) < MOST_ROWS:
            a, b, c = (value[:40] for value in chosen)
            made.append(Row(0, None, a, b, c, price=every["price"], weight=every["weight"] or "500", stock=every["stock"]))
    return spared(_coded(made, every["code"]))


def spread(rows: list[Row], posted: Mapping[str, str]) -> list[Row]:
    """The rows with the price, weight and pieces that are named for all, and codes in order for those without one."""
    every = _for_all(posted)
    made = [row for row in rows if row.used]
    for row in made:
        for name in ("price", "weight", "stock"):
            if every[name]:
                setattr(row, name, every[name])
    return spared(_coded(made, every["code"]))


def _coded(rows: list[Row], prefix: str) -> list[Row]:
    """Codes `PREFIX-01`, `PREFIX-02` … for rows without one."""
    taken, at = {row.code for row in rows}, 0
    for row in rows if prefix else ():
        while not row.code:
            at += 1
            wanted = f"{prefix[:36]}-{at:02d}"
            row.code = "" if wanted in taken else wanted
    return rows


def variants(form: Describe, rows: Iterable[Row], known: Mapping[int, Sku]) -> list[Variant]:
    """The variants of the rows that are used; what cannot be read is blamed on its row."""
    names = [form.cleaned_data.get(f"spec_{column}", "") for column in _COLUMNS]
    made = []
    for row in rows:
        if not row.used:
            continue
        price, weight = typed.minor_units(row.price), typed.pieces(row.weight)
        if price is None:
            row.blame("price", "price" if row.price else "missing")
        if not weight:
            row.blame("weight", "weight")
        if row.stock and typed.pieces(row.stock) is None:
            row.blame("stock", "stock")
        specs = {}
        for column, name in zip(_COLUMNS, names, strict=True):
            value = getattr(row, column)
            if value and not name:
                row.blame(column, _("先在上面写规格的名字"))
            elif value:
                specs[name] = value
            elif name:
                row.blame(column, "missing")
        picture = known[row.id].picture_id if row.id else None
        made.append(Variant(specs, price or 1, row.code, weight or 1, row.active, row.id, picture))
    return made


def draft(form: Describe, made: list[Variant]) -> Draft:
    """The product as the operation takes it."""
    said = form.cleaned_data
    return Draft(
        category_id=said["category"],
        title=said["title"],
        variants=made,
        subtitle=said["subtitle"],
        description=said["description"],
        origin=said["origin"],
        parameters=said["parameters"],
        tags=said["tags"],
    )


def blame(form: Describe, rows: list[Row], faults: Mapping[str, str]) -> None:
    """Put each fault that the house found where it was typed."""
    used = [row for row in rows if row.used]
    for name, word in faults.items():
        parts = name.split(".")
        text = str(FAULTS.get(word, word))
        if parts[0] == "variants" and len(parts) == 3 and int(parts[1]) < len(used):  # noqa: PLR2004 - variants.0.price
            used[int(parts[1])].blame({"weight_grams": "weight", "specs": "a"}.get(parts[2], parts[2]), word)
        elif name in form.fields:
            form.add_error(name, text)
        else:
            form.add_error(None, text)
