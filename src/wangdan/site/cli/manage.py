"""`wangdan manage …`: Django's manage.py on the system of a data folder."""

import os
from pathlib import Path

import typer
from django.core.management import execute_from_command_line

from wangdan.site.cli import app, here


@app.command(context_settings={"allow_extra_args": True, "ignore_unknown_options": True, "help_option_names": []})
def manage(context: typer.Context) -> None:
    """Run a management command; WANGDAN_DATA names the folder (default var)."""
    here.enter(Path(os.environ.get("WANGDAN_DATA", "var")))
    execute_from_command_line(["wangdan manage", *context.args])
