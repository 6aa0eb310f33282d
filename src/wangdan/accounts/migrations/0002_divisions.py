"""Fill the table of divisions from the shipped data."""

from typing import Any, ClassVar

from django.db import migrations

from wangdan.kernel import guards


def fill(*_: Any) -> None:
    """One COPY; the pickers need the table from the first page on."""
    from wangdan.accounts.operations.divisions import fill as load  # noqa: PLC0415 - models are not ready while migrations are collected

    with guards.exempt("reference data shipped with the release"):
        load()


class Migration(migrations.Migration):
    """Data only."""

    dependencies: ClassVar = [("accounts", "0001_initial")]
    operations: ClassVar = [migrations.RunPython(fill, migrations.RunPython.noop)]
