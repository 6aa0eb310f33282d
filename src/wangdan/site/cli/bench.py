"""`wangdan bench NAME`: how close we come to what the machine can do at all, and whether size costs anything; the ratios count."""

import sys
from importlib import import_module
from importlib.util import find_spec
from typing import Annotated

import typer
from rich.console import Console

from wangdan.site.cli import app

NAMES = ("place", "orders", "browse")
_SIZES = {"orders": 1_000_000, "browse": 10_000}
_WIDE = 160
"""Columns of a table that goes into a file."""


@app.command()
def bench(
    name: Annotated[str, typer.Argument(metavar="|".join(NAMES), help="which bench")],
    clients: Annotated[int, typer.Option(min=1, help="processes that work side by side")] = 4,
    seconds: Annotated[float, typer.Option(min=0.1, help="how long each measurement lasts")] = 4.0,
    size: Annotated[int | None, typer.Option(min=2000, help="how many orders there are at the end (it begins with a hundredth), or products")] = None,
) -> None:
    """Measure on a database of its own and print ratios: `place` to bare commits, `browse` to an empty page, `orders` to a small list."""
    if name not in NAMES or find_spec(f"bench.{name}") is None:
        typer.echo(f"wangdan: no bench {name}; there are {', '.join(NAMES)}", err=True)
        raise typer.Exit(2)
    with import_module("bench.ground").system() as url:
        table = import_module(f"bench.{name}").report(url, clients=clients, seconds=seconds, size=size or _SIZES.get(name, 0))
    Console(soft_wrap=True, width=None if sys.stdout.isatty() else _WIDE).print(table)
