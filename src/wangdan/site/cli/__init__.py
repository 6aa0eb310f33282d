"""The command line: one file per command."""

import typer

_HELP = "网单 Wangdan: the system behind an online order."
app = typer.Typer(no_args_is_help=True, add_completion=False, rich_markup_mode=None, pretty_exceptions_enable=False, help=_HELP)
