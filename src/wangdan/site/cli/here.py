"""Finds the running system of a data folder, for commands that work on it."""

import json
import os
from pathlib import Path

import django
import typer

from wangdan.site.embedded import Cluster
from wangdan.site.supervisor import System


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
