"""`wangdan check`: every invariant on the running database, one line each."""

import json
from importlib import import_module
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from wangdan.site.cli import app, here


def holds(*, as_json: bool = False, quiet: bool = False) -> bool:
    """Check every invariant on the database that was entered and print one line each (`quiet`: only what does not hold); whether all hold."""
    results = import_module("wangdan.site.checks").run()
    if as_json:
        typer.echo(json.dumps([result.document() for result in results], ensure_ascii=False))
    else:
        console = Console()
        for result in results:
            if quiet and result.holds:
                continue
            mark = "[green]ok[/]  " if result.holds else "[red]FAIL[/]"
            found = "" if result.holds else f"  {result.count} rows, e.g. {result.examples}"
            console.print(f"{mark} {result.name}{found}", soft_wrap=True, highlight=False)
    if quiet:
        here.say(f"check: {sum(result.holds for result in results)} of {len(results)} invariants hold")
    return all(result.holds for result in results)


@app.command()
def check(
    data: here.Data = Path("var"),
    as_json: Annotated[bool, typer.Option("--json", help="one JSON document instead of lines")] = False,  # noqa: FBT002 - a flag
) -> None:
    """Check every invariant in one read-only transaction; exit 0 only if all hold."""
    here.reach(data)
    raise typer.Exit(0 if holds(as_json=as_json) else 1)
