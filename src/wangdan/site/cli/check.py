"""`wangdan check`: every invariant on the running database, one line each."""

import json
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from wangdan.site.cli import app, here


@app.command()
def check(
    data: here.Data = Path("var"),
    as_json: Annotated[bool, typer.Option("--json", help="one JSON document instead of lines")] = False,  # noqa: FBT002 - a flag
) -> None:
    """Check every invariant in one read-only transaction; exit 0 only if all hold."""
    here.reach(data)
    from wangdan.site import checks  # noqa: PLC0415 - needs Django set up

    results = checks.run()
    if as_json:
        typer.echo(json.dumps([result.document() for result in results], ensure_ascii=False))
    else:
        console = Console()
        for result in results:
            mark = "[green]ok[/]  " if result.holds else "[red]FAIL[/]"
            found = "" if result.holds else f"  {result.count} rows, e.g. {result.examples}"
            console.print(f"{mark} {result.name}{found}", soft_wrap=True, highlight=False)
    raise typer.Exit(0 if all(result.holds for result in results) else 1)
