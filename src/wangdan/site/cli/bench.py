"""`wangdan bench NAME`: how close we come to what the machine can do at all; ratios only, for times say more about the machine than about us."""

from importlib import import_module
from importlib.util import find_spec
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from wangdan.site.cli import app

NAMES = ("place", "browse")


@app.command()
def bench(
    name: Annotated[str, typer.Argument(metavar="|".join(NAMES), help="which bench")],
    clients: Annotated[int, typer.Option(min=1, help="processes that work side by side")] = 4,
    seconds: Annotated[float, typer.Option(min=0.1, help="how long each measurement lasts")] = 4.0,
) -> None:
    """Measure on a database of its own and print ratios to the limit of the same run: for `place` bare commits, for `browse` an empty page."""
    if name not in NAMES or find_spec(f"bench.{name}") is None:
        typer.echo(f"wangdan: no bench {name}; there are {', '.join(NAMES)}", err=True)
        raise typer.Exit(2)
    title = f"{clients} clients, {seconds:g} s each; the limit is measured before and after"
    with import_module("bench.ground").system() as url:
        measured = import_module(f"bench.{name}")
        table = Table("what", f"costs so many {measured.UNIT}", measured.LIMIT, title=title)
        for what, ours, limit in measured.measure(url, clients, seconds):
            table.add_row(what, f"{limit / ours:.1f}", f"{100 * ours / limit:.2f} %")
    Console(soft_wrap=True).print(table)
