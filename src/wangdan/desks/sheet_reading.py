"""Tables that people hand in, as rows of texts: CSV in UTF-8 or GB 18030, XLSX; nothing in them is run, and nothing may be endless."""

import csv
import io
import re
import zipfile
from collections.abc import Iterator
from datetime import datetime
from typing import Any
from xml.etree import ElementTree as ET

from openpyxl import load_workbook
from openpyxl.utils.exceptions import InvalidFileException

from wangdan.kernel.errors import Malformed

LARGEST = 8 * 1024 * 1024
_UNPACKED, _COLUMNS, _CELL = 64 * 1024 * 1024, 40, 25_000
_GUARDED = re.compile(r"'(?=\s*[=+\-@\t\r])")
"""How our own files keep a spreadsheet from taking a text for a formula; it is no part of the text."""
_BROKEN = (
    ValueError,
    TypeError,
    AttributeError,
    KeyError,
    IndexError,
    csv.Error,
    zipfile.BadZipFile,
    InvalidFileException,
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


def _xlsx(data: bytes) -> Iterator[list[str]]:
    """The first sheet, row by row; formulas count by their last value. An archive that unpacks without end is refused."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        if sum(part.file_size for part in archive.infolist()) > _UNPACKED:
            message = "not a plain sheet"
            raise ValueError(message)
    book = load_workbook(io.BytesIO(data), read_only=True, data_only=True, keep_links=False)
    try:
        sheet = book.worksheets[0]
        sheet.reset_dimensions()
        for row in sheet.iter_rows(values_only=True):
            yield [_said(value) for value in row[:_COLUMNS]]
    finally:
        book.close()


def _said(value: Any) -> str:
    """What a cell shows: no tail of digits, no time on a day."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(int(value))
    if isinstance(value, float):
        return f"{value:.2f}".removesuffix(".00")
    if isinstance(value, datetime):
        return str(value).removesuffix(" 00:00:00")
    return str(value)
