"""`wangdan demo`: one order of each trade through its whole life, in words."""

import json
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from wangdan.site import walk
from wangdan.site.cli import app, here


@app.command()
def demo(
    data: here.Data = Path("var"),
    url: Annotated[str, typer.Option(help="address of the site, when it is not the one noted in the folder")] = "",
    sandbox: Annotated[str, typer.Option(help="address of the sandbox, likewise")] = "",
) -> None:
    """Walk one order of each trade through its whole life on the running system, step by step."""
    console = Console()
    kept = data / "running.json"
    if not url and kept.exists():
        noted = json.loads(kept.read_text("utf-8"))
        url, sandbox = noted["url"], sandbox or noted["sandbox"]
    if not url:
        typer.echo(f"wangdan: nothing runs in {data}; start it with ./wangdan up --data {data}", err=True)
        raise typer.Exit(1)
    console.print("[bold]商品订单[/] D12.1–D12.8")
    try:
        for number, sentence in enumerate(walk.goods_order(url, sandbox), start=1):
            console.print(f"  {number:>2}. {sentence}")
    except walk.WalkError as error:
        typer.echo(f"wangdan: {error}", err=True)
        raise typer.Exit(1) from error
