"""Tables that people hand in, as rows of texts: CSV in UTF-8 or GB 18030, XLSX; nothing in them is run, and nothing may be endless."""

import csv
import io
import re
import zipfile
from collections.abc import Iterator
from xml.etree import ElementTree as ET

from wangdan.kernel.errors import Malformed

LARGEST = 8 * 1024 * 1024
_UNPACKED, _COLUMNS, _CELL = 64 * 1024 * 1024, 40, 25_000
_NS = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_PLACE = re.compile(r"([A-Z]{1,3})\d+")
_GUARDED = re.compile(r"'(?=\s*[=+\-@\t\r])")
"""How our own files keep a spreadsheet from taking a text for a formula; it is no part of the text."""
_BROKEN = (
    ValueError,
    KeyError,
    IndexError,
    csv.Error,
    zipfile.BadZipFile,
    ET.ParseError,
    NotImplementedError,
    RuntimeError,
    EOFError,
    OSError,
)


def rows(data: bytes, *, most: int) -> list[list[str]]:
    """The table's rows, empty ones at the end gone.

    Refuses with `catalogue.sheet_unreadable` for anything else, `catalogue.sheet_long` past `most` rows beside the head.
    """
    if len(data) > LARGEST:
        raise Malformed("catalogue.sheet_long", most=most)
    found: list[list[str]] = []
    try:
        for row in _xlsx(data) if data.startswith(b"PK") else _csv(data):
            found.append([_plain(cell) for cell in row[:_COLUMNS]])
            if len(found) > most + 1:
                raise Malformed("catalogue.sheet_long", most=most)
    except _BROKEN as error:
        raise Malformed("catalogue.sheet_unreadable") from error
    while found and not any(found[-1]):
        found.pop()
    return found


def _plain(cell: str) -> str:
    return _GUARDED.sub("", cell.replace("\x00", "").strip()[:_CELL], count=1)


def _csv(data: bytes) -> Iterator[list[str]]:
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = data.decode("gb18030")
    head = text[:4096]
    yield from csv.reader(io.StringIO(text, newline=""), delimiter="\t" if head.count("\t") > head.count(",") else ",")


def _part(archive: zipfile.ZipFile, name: str) -> ET.Element:
    """One part of the archive, read; an endless one, or one with a document type of its own, is refused."""
    with archive.open(name) as opened:
        found = opened.read(_UNPACKED + 1)
    if len(found) > _UNPACKED or b"<!DOCTYPE" in found or b"<!ENTITY" in found:
        message = "not a plain sheet"
        raise ValueError(message)
    return ET.fromstring(found)  # noqa: S314 - no document type, so no entities


def _text(node: ET.Element) -> str:
    return "".join(each.text or "" for each in node.iter(f"{_NS}t"))


def _xlsx(data: bytes) -> Iterator[list[str]]:
    """The first sheet: shared texts, texts in place and numbers; formulas count by their last value."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        names, shared = archive.namelist(), []
        if "xl/sharedStrings.xml" in names:
            shared = [_text(each) for each in _part(archive, "xl/sharedStrings.xml").iter(f"{_NS}si")]
        sheets = sorted((name for name in names if re.fullmatch(r"xl/worksheets/sheet\d+\.xml", name)), key=lambda name: (len(name), name))
        root = _part(archive, sheets[0] if sheets else "xl/worksheets/sheet1.xml")
    for row in root.iter(f"{_NS}row"):
        cells: list[str] = []
        for cell in row.iter(f"{_NS}c"):
            at = _column(cell.get("r", ""), len(cells))
            cells += [""] * (min(at, _COLUMNS) - len(cells))
            cells.append(_value(cell, shared))
        yield cells


def _column(place: str, otherwise: int) -> int:
    """The number of a column, A is 0; the next one where the cell does not say."""
    found = _PLACE.fullmatch(place)
    if not found:
        return otherwise
    at = 0
    for letter in found.group(1):
        at = at * 26 + ord(letter) - 64
    return at - 1


def _value(cell: ET.Element, shared: list[str]) -> str:
    kind = cell.get("t", "n")
    if kind == "inlineStr":
        return _text(cell)
    node = cell.find(f"{_NS}v")
    said = (node.text or "") if node is not None else ""
    if kind == "s":
        return shared[int(said)] if said else ""
    if kind == "n" and re.fullmatch(r"-?\d+\.\d{3,}", said):
        return f"{float(said):.2f}"
    return said.removesuffix(".0") if kind == "n" else said
