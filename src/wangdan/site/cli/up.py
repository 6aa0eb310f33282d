"""`wangdan up`: everything, on this machine, in one terminal."""

import contextlib
import os
import signal
import subprocess
import time
from pathlib import Path
from typing import Annotated, Any

import typer

from wangdan.site.cli import app
from wangdan.site.embedded import EmbeddedError
from wangdan.site.supervisor import StoppedError, System, UpError

ACCOUNTS = (
    ("buyer, buyer2", "/"),
    ("clinic, lab, designer, leader, chief", "/"),
    ("dispatcher, worker, operator", "/"),
    ("seller", "/shop"),
    ("seller2", "/shop"),
    ("seller3, clerk", "/shop"),
    ("warehouse", "/warehouse"),
    ("service, auditor, finance, supervisor, admin", "/office"),
)


def _say(text: str) -> None:
    typer.echo(f"wangdan: {text}")


def _accounts(url: str) -> None:
    typer.echo("accounts (password of all: wangdan-demo; payment password of the buyers: 168168)")
    for names, path in ACCOUNTS:
        typer.echo(f"  {names:<46} {url}{path}")


def _once_ready(system: System, command: str) -> int:
    """Run the command while the system is watched; its exit code is ours."""
    environment = os.environ | {
        "WANGDAN_URL": f"http://127.0.0.1:{system.port}",
        "SANDBOX_URL": f"http://127.0.0.1:{system.sandbox_port}",
        "WANGDAN_DATA": str(system.data),
    }
    child = subprocess.Popen(command, shell=True, env=environment)
    system.run(until=lambda: child.poll() is not None)
    if child.poll() is None:
        child.terminate()
        child.wait(10)
    return child.returncode


@app.command()
def up(
    port: Annotated[int, typer.Option(help="where the site listens on 127.0.0.1")] = 8000,
    data: Annotated[Path, typer.Option(help="folder for database, files and logs")] = Path("var"),
    demo: Annotated[bool, typer.Option("--demo/--no-demo", help="fill an empty database with the demo world")] = True,  # noqa: FBT002 - a flag
    once_ready: Annotated[str, typer.Option(metavar="CMD", help="run CMD after READY, then stop with its exit code")] = "",
) -> None:
    """Set everything up on first use and run it until Ctrl-C."""
    started, code = time.monotonic(), 0
    system = System(data, port, demo, _say)

    def stop(_signal: int, _frame: Any) -> None:
        system.stopping = True

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    signal.signal(signal.SIGHUP, stop)
    try:
        with system.held():
            try:
                with contextlib.suppress(StoppedError):
                    system.start()
                if not system.stopping:
                    if demo:
                        _accounts(f"http://127.0.0.1:{port}")
                    typer.echo(f"SANDBOX http://127.0.0.1:{system.sandbox_port}")
                    typer.echo(f"READY http://127.0.0.1:{port}")
                    _say(f"ready after {time.monotonic() - started:.1f} s; Ctrl-C stops everything")
                    if once_ready:
                        code = _once_ready(system, once_ready)
                    else:
                        system.run()
            finally:
                system.stop()
    except (UpError, EmbeddedError) as error:
        typer.echo(f"wangdan: {error}", err=True)
        raise typer.Exit(1) from error
    _say("stopped")
    raise typer.Exit(code)
