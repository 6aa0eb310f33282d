"""The table of administrative divisions: loaded as a set at set-up, and again when a newer table is shipped."""

from collections.abc import Iterable

from django.db import connection

from wangdan.accounts.models import Division
from wangdan.accounts.parsing.gazetteer import lines, parent_of
from wangdan.kernel.act import Act
from wangdan.kernel.operation import operation

_LEVELS = {2: 1, 4: 2, 6: 3, 9: 4}


def _rows(shipped: Iterable[str]) -> Iterable[tuple[str, str, str | None, int]]:
    for line in shipped:
        code, name = line.split(" ", 1)
        yield code, name, parent_of(code) or None, _LEVELS[len(code)]


def fill() -> int:
    """Replace the table by the shipped one in one COPY and one statement; returns the number of divisions."""
    with connection.cursor() as cursor:
        cursor.execute("CREATE TEMPORARY TABLE pg_temp_divisions (code text, name text, parent text, level smallint) ON COMMIT DROP")
        with cursor.copy("COPY pg_temp_divisions FROM STDIN") as copy:
            for row in _rows(lines()):
                copy.write_row(row)
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")
        cursor.execute("DELETE FROM accounts_division")
        cursor.execute("INSERT INTO accounts_division (code, name, parent_id, level) SELECT code, name, parent, level FROM pg_temp_divisions")
        return int(cursor.rowcount)


@operation("accounts.load_divisions")
def load_divisions(act: Act, *, again: bool = False) -> int:
    """Fill the table of divisions when it is empty (or `again`); returns how many divisions there are."""
    if Division.objects.exists() and not again:
        return Division.objects.count()
    count = fill()
    act.note("divisions", None, count)
    return count
