"""Tables as files, written row by row so that a million rows take no more memory than ten: CSV with a byte order mark, and XLSX."""

import csv
import io
import re
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell

Cell = str | int
"""A text, or an amount in minor units, which is written as a number with two digits."""
TYPES = {"csv": "text/csv; charset=utf-8", "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"}
_FORMULA = re.compile(r"\s*[=+\-@\t\r]")
_UNWRITABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_AT_ONCE, _PIECE = 200, 64 * 1024


def written(form: str, rows: Iterable[Sequence[Cell]]) -> Iterator[bytes]:
    """The file of the rows, piece by piece."""
    return _xlsx(rows) if form == "xlsx" else _csv(rows)


def safe(text: str) -> str:
    """A text that no spreadsheet takes for a formula."""
    return f"'{text}" if _FORMULA.match(text) else text


def _yuan(amount: int) -> str:
    return f"{'-' if amount < 0 else ''}{abs(amount) // 100}.{abs(amount) % 100:02d}"


def _csv(rows: Iterable[Sequence[Cell]]) -> Iterator[bytes]:
    held = io.StringIO()
    writer = csv.writer(held)
    held.write("\ufeff")
    for at, row in enumerate(rows, start=1):
        writer.writerow([_yuan(cell) if isinstance(cell, int) else safe(cell) for cell in row])
        if at % _AT_ONCE == 0:
            yield _taken(held)
    yield _taken(held)


def _taken(held: io.StringIO) -> bytes:
    text = held.getvalue()
    held.seek(0)
    held.truncate()
    return text.encode("utf-8", "replace")


def _xlsx(rows: Iterable[Sequence[Cell]]) -> Iterator[bytes]:
    """A text stays a text, whatever it begins with; an amount is a number that shows two digits."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet("1")
    text, amount = WriteOnlyCell(sheet), WriteOnlyCell(sheet)
    amount.number_format = "#,##0.00"

    def cell(said: Cell) -> Any:
        if isinstance(said, int):
            amount.value = said / 100
            return amount
        plain = _UNWRITABLE.sub("", said)
        if not plain.startswith("="):
            return plain
        text.value = plain
        text.data_type = "s"
        return text

    for row in rows:
        sheet.append(cell(said) for said in row)
    with tempfile.TemporaryFile() as file:
        book.save(file)
        file.seek(0)
        while piece := file.read(_PIECE):
            yield piece
