"""Finds the system of a data folder, for commands that work on it."""

import os
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import Annotated, NoReturn

import django
import typer
from django.db import OperationalError, connection

from wangdan.site import production
from wangdan.site.embedded import EmbeddedError
from wangdan.site.keeping import KeepingError
from wangdan.site.production import Production
from wangdan.site.supervisor import System, UpError

Data = Annotated[Path, typer.Option(envvar="WANGDAN_DATA", help="folder of the running system")]


def say(text: str) -> None:
    """A line of the command's own."""
    typer.echo(f"wangdan: {text}")


def fail(text: str) -> NoReturn:
    """End with one line and exit code 1."""
    typer.echo(f"wangdan: {text}", err=True)
    raise typer.Exit(1)


@contextmanager
def telling() -> Iterator[None]:
    """What cannot go on is told in a line."""
    try:
        yield
    except (UpError, EmbeddedError, KeepingError) as error:
        fail(str(error))


def reach(data: Path) -> None:
    """Enter, and make sure that the database answers; exits 1 with one line when nothing runs there."""
    enter(data)
    try:
        connection.ensure_connection()
    except OperationalError as error:
        typer.echo(f"wangdan: the database does not answer: {str(error).strip().splitlines()[0]}", err=True)
        fail(f"start the system with ./wangdan up --data {data}")


def enter(data: Path) -> None:
    """Point Django at the database of this folder (or DATABASE_URL) and set it up; exits 1 when nothing runs there."""
    spoken = os.environ.get("WANGDAN_LOG", "warning")
    known = (data / "secrets.json").exists()
    if not known and not os.environ.get("DATABASE_URL"):
        fail(f"no system in {data}; start one with ./wangdan up --data {data}")
    if known:
        real = production.of(data, say)
        demo = not real.own_database and not real.state().get("production")
        if demo:
            system: System = System(data, 0, demo=True, say=say)
            system.cluster.home = real.cluster.home
        else:
            system = real
        os.environ.update(system.environment())
        os.environ.pop("PROMETHEUS_MULTIPROC_DIR", None)
        os.environ["WANGDAN_LOG"] = spoken
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "wangdan.site.settings")
    django.setup()


@contextmanager
def awake(data: Path) -> Iterator[Production]:
    """The system of a folder with its database running: as it runs, else the embedded one is started for as long as this takes."""
    system = production.of(data, say)
    if not system.own_database and not (system.data / "secrets.json").exists():
        fail(f"no system in {data}; start one with ./wangdan serve --data {data}")
    with ExitStack() as stack:
        with suppress(UpError):  # somebody holds the folder: it runs
            stack.enter_context(system.reachable())
        yield system
