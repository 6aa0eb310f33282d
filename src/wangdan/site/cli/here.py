"""Finds the running system of a data folder, for commands that work on it."""

import json
import os
from pathlib import Path
from typing import Annotated

import django
import typer
from django.db import OperationalError, connection

from wangdan.site.embedded import Cluster
from wangdan.site.supervisor import System

Data = Annotated[Path, typer.Option(envvar="WANGDAN_DATA", help="folder of the running system")]


def reach(data: Path) -> None:
    """Enter, and make sure that the database answers; exits 1 with one line when nothing runs there."""
    enter(data)
    try:
        connection.ensure_connection()
    except OperationalError as error:
        typer.echo(f"wangdan: the database does not answer: {str(error).strip().splitlines()[0]}", err=True)
        typer.echo(f"wangdan: start the system with ./wangdan up --data {data}", err=True)
        raise typer.Exit(1) from error


def enter(data: Path) -> None:
    """Point Django at the database of this folder (or DATABASE_URL) and set it up; exits 1 when nothing runs there."""
    spoken = os.environ.get("WANGDAN_LOG", "warning")
    if not os.environ.get("DATABASE_URL"):
        if not (data / "secrets.json").exists():
            typer.echo(f"wangdan: no system in {data}; start one with ./wangdan up --data {data}", err=True)
            raise typer.Exit(1)
        cluster = Cluster(data)
        note = data.absolute() / "database.json"
        if note.exists():
            cluster.home = Path(json.loads(note.read_text("utf-8"))["home"])
        system = System(data, 0, demo=True, say=typer.echo)
        system.cluster.home = cluster.home
        os.environ.update(system.environment())
        os.environ.pop("PROMETHEUS_MULTIPROC_DIR", None)
        os.environ["WANGDAN_LOG"] = spoken
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "wangdan.site.settings")
    django.setup()
