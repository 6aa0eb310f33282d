"""`wangdan admin create NAME`: the first administrator of a system."""

import getpass
import sys
from importlib import import_module
from pathlib import Path
from typing import Annotated

import typer

from wangdan.site.cli import app, here

admin = typer.Typer(no_args_is_help=True, rich_markup_mode=None, help="Administrators, made by whoever runs the machine.")
app.add_typer(admin, name="admin")


def _password() -> str:
    """Asked for twice at a terminal, else the first line of the standard input."""
    if not sys.stdin.isatty():
        return sys.stdin.readline().rstrip("\r\n")
    first, again = getpass.getpass("Password: "), getpass.getpass("Once more: ")
    if first != again:
        here.fail("the two passwords differ; nothing was done")
    return first


@admin.command()
def create(
    name: Annotated[str, typer.Argument(help="user name to log in with")],
    data: here.Data = Path("var"),
    platform: Annotated[str, typer.Option(help="what the platform is called, when there is none yet")] = "网单",
) -> None:
    """Make an account that may do everything; further roles are given in the office. The password is asked for, or read from standard input."""
    password = _password()
    with here.telling(), here.awake(data):
        here.enter(data)
        accounts, world, errors, problems = (
            import_module(f"wangdan.{each}") for each in ("accounts.operations", "site.world", "desks.errors", "kernel.errors")
        )
        try:
            accounts.install_admin(world.ROOT, username=name, password=accounts.Secret(password), platform=platform)
        except problems.Problem as problem:
            with import_module("django.utils.translation").override("en"):
                here.fail(f"{errors.text(problem.code, **problem.detail)} ({problem.code})")
    here.say(f"{name} is an administrator; log in at the office and give others their roles there")
