"""`wangdan replay olist|online-retail FOLDER`: a public data set through the real operations of the running system."""

from importlib import import_module
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table

from wangdan.site.cli import app, here
from wangdan.site.replay.records import SETS, RecordsError

DONE = ("orders", "lines", "paid", "parcels", "completed", "shipped", "cancelled", "declined", "called off", "refunds")
"""What is counted, in the order of telling."""
WORDS = {"replay.nothing_to_take_back": "此前没有可退的订单"}


def _refusals(tally: Any) -> Table:
    """What was refused and why, the most frequent first."""
    errors = import_module("wangdan.desks.errors")
    table = Table("step", "refused with", "in words", "times", "for example", title="refused")
    for (step, code), times in tally.refused.most_common():
        name = code.partition(" ")[0]
        table.add_row(step, code, errors.text(name) if name in errors.TEXTS else WORDS.get(name, ""), f"{times:,}", tally.examples[step, code])
    return table


@app.command()
def replay(
    name: Annotated[str, typer.Argument(metavar="|".join(SETS), help="which data set")],
    folder: Annotated[Path, typer.Argument(help="folder with its files, .csv or .csv.xz")],
    limit: Annotated[int | None, typer.Option(min=1, help="only so many orders or invoices, from the beginning")] = None,
    data: here.Data = Path("var"),
    workers: Annotated[int, typer.Option(min=0, help="processes; 0 is one per core")] = 0,
) -> None:
    """Play a public data set through the real operations; a second run goes on where the first one stopped and doubles nothing."""
    if name not in SETS:
        typer.echo(f"wangdan: no data set {name}; there are {', '.join(SETS)}", err=True)
        raise typer.Exit(2)
    here.reach(data)
    console = Console()
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=console) as progress:
        tasks: dict[str, Any] = {}

        def say(what: str, done: int, of: int) -> None:
            if what not in tasks:
                tasks[what] = progress.add_task(what, total=of)
            progress.update(tasks[what], completed=done, total=of)

        try:
            report = import_module("wangdan.site.replay.run").replay(name, folder, limit=limit, workers=workers, say=say)
        except RecordsError as error:
            typer.echo(f"wangdan: {error}", err=True)
            raise typer.Exit(1) from error
    counts = report.tally.counts
    console.print(f"{report.deals:,} deals, {counts['known']:,} of them known from a former run; shops and people in {report.built_seconds:.0f} s")
    console.print(", ".join(f"{counts[word]:,} {word}" for word in DONE if counts[word]) or "nothing new")
    console.print(f"{report.rate:.1f} orders/s ({counts['orders']:,} orders in {report.played_seconds:.1f} s)")
    if counts["orders"]:
        console.print(f"{1000 * report.busy_seconds / counts['orders']:.0f} ms of processor time per order beside the database")
    if report.tally.refused:
        console.print(_refusals(report.tally))
