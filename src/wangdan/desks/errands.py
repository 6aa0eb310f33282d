"""Files that people asked for and that take long: the worker writes them, in the language of whoever asked."""

from pathlib import Path

from django.utils import translation

from wangdan.accounts.models import Person
from wangdan.accounts.queries import actor_of
from wangdan.desks import exporting, sheets
from wangdan.kernel.act import SYSTEM, Call
from wangdan.kernel.errand import errand
from wangdan.orders import operations, queries


@errand("desks.export")
def export(*, run: str) -> None:
    """Write the file of an export, telling how far it is; it is there when it is whole, and a worker that dies begins anew."""
    asked = queries.run(SYSTEM, run)
    person = Person.objects.filter(pk=asked.person_id, is_active=True).first()
    if asked.over:
        return
    if person is None:
        operations.note_export(Call(SYSTEM), run, done=0, failed=True)
        return
    told = [0]

    def tell(done: int) -> None:
        told[0] = done
        operations.note_export(Call(SYSTEM), run, done=done)

    name, folder = exporting.name_of(asked), exporting.folder()
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    with translation.override(asked.asked["language"]), (folder / f"{name}.part").open("wb") as file:
        for piece in sheets.written(asked.asked["form"], exporting.counted(exporting.rows(actor_of(person), asked.asked), tell)):
            file.write(piece)
    (folder / f"{name}.part").replace(folder / name)
    operations.note_export(Call(SYSTEM), run, done=told[0], file=name)


@errand("desks.drop_file")
def drop_file(*, file: str) -> None:
    """A file that nobody needs any more goes; twice is once."""
    (exporting.folder() / Path(file).name).unlink(missing_ok=True)
