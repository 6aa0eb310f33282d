"""`wangdan serve`: web and worker for real people, watched until SIGTERM."""

import os
import signal
import time
from contextlib import suppress
from pathlib import Path
from typing import Annotated, Any

import typer

from wangdan.site.cli import app
from wangdan.site.embedded import EmbeddedError
from wangdan.site.production import Production, faults
from wangdan.site.supervisor import StoppedError, UpError


def _say(text: str) -> None:
    typer.echo(f"wangdan: {text}")


def _run(system: Production) -> None:
    """Start, watch, stop; a signal ends it at any point."""
    started = time.monotonic()

    def stop(_signal: int, _frame: Any) -> None:
        system.stopping = True

    for each in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(each, stop)
    with system.held():
        system.check_secrets()
        try:
            with suppress(StoppedError):
                system.start()
            if not system.stopping:
                typer.echo(f"READY {os.environ['WANGDAN_PUBLIC_URL']}")
                _say(f"listens on {system.host}:{system.port}, ready after {time.monotonic() - started:.1f} s")
                system.run()
        finally:
            system.stop()


@app.command()
def serve(
    port: Annotated[int, typer.Option(help="where the site listens, for the proxy in front of it")] = 8000,
    host: Annotated[str, typer.Option(help="on which address; whoever reaches it is believed to be the proxy")] = "127.0.0.1",
    data: Annotated[Path, typer.Option(envvar="WANGDAN_DATA", help="folder for secrets, files, logs and the embedded database")] = Path("var"),
    processes: Annotated[int, typer.Option(min=1, help="web processes; about one per core")] = 2,
) -> None:
    """Run a production system: DATABASE_URL (else the embedded database), WANGDAN_ALLOWED_HOSTS and WANGDAN_PUBLIC_URL from the environment."""
    wrong = faults(os.environ)
    for each in wrong:
        typer.echo(f"wangdan: {each}", err=True)
    if wrong:
        raise typer.Exit(2)
    try:
        _run(Production(data, port, demo=False, say=_say, host=host, processes=processes))
    except (UpError, EmbeddedError) as error:
        typer.echo(f"wangdan: {error}", err=True)
        raise typer.Exit(1) from error
    _say("stopped")
