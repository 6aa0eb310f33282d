"""`wangdan procedure lint|diagram FILE`: checks a trade's file, every fault at once, and draws it."""

import sys
from pathlib import Path
from typing import Annotated

import typer

from wangdan.procedures.rules import drawing, trials
from wangdan.procedures.rules.definition import Definition
from wangdan.procedures.rules.marks import shown
from wangdan.procedures.rules.reading import Reading, load
from wangdan.site.cli import app

group = typer.Typer(no_args_is_help=True, rich_markup_mode=None, help="Trades: check one, draw one.")
app.add_typer(group, name="procedure")
LIBRARY = Path(sys.modules[Definition.__module__].__file__ or "").parents[1] / "library"
File = Annotated[Path, typer.Argument(help="the trade's YAML file", exists=True, dir_okay=False, readable=True)]


def _read(file: Path) -> Reading:
    """The file, beside the trades of the library and of its own folder."""
    known = frozenset(each.stem for folder in (LIBRARY, file.parent) for each in folder.glob("*.yaml"))
    return load(file.read_text("utf-8", errors="replace"), name=file.name, procedures=known)


def _tell(reading: Reading) -> Definition:
    """Say what is wrong; leave with 1 when it cannot be activated."""
    for line in reading.lines():
        typer.echo(line, err=True)
    if reading.definition is None:
        typer.echo(f"wangdan: {reading.name} has {len(reading.errors)} errors", err=True)
        raise typer.Exit(1)
    return reading.definition


@group.command()
def lint(file: File) -> None:
    """Check a trade: shape, names, conditions, ways through the work, and the tests that stand in it."""
    reading = _read(file)
    definition = _tell(reading)
    failed = trials.run(definition)
    for fault in failed:
        typer.echo(shown(reading.name, reading.source, fault), err=True)
    if failed:
        raise typer.Exit(1)
    typer.echo(f"{reading.name} is right: {len(definition.steps)} steps, {len(definition.clocks)} clocks, {len(definition.tests)} tests passed")


@group.command()
def diagram(file: File) -> None:
    """Draw a trade, as Mermaid text."""
    typer.echo(drawing.mermaid(_tell(_read(file))))
