"""`wangdan backup`, `restore` and `upgrade`: what keeps a system and brings it back."""

from datetime import UTC, datetime
from importlib import import_module
from pathlib import Path
from typing import Annotated, Any

import typer

from wangdan.site import keeping, production
from wangdan.site.cli import app, here
from wangdan.site.cli.check import holds
from wangdan.site.keeping import KeepingError
from wangdan.site.production import Production
from wangdan.site.supervisor import UpError

_MB = 1024 * 1024


def _write(system: Production, target: Path) -> None:
    manifest = keeping.write(system.database_url, system.data, target)
    files = sum(name.startswith(f"{keeping.FILES}/") for name in manifest["entries"])
    here.say(
        f"{target}: {target.stat().st_size / _MB:.1f} MB, database and {files:,} files, release {manifest['release']}; keep it where only you read it"
    )


@app.command()
def backup(file: Annotated[Path, typer.Argument(help="new file; nothing is overwritten")], data: here.Data = Path("var")) -> None:
    """Write database, files and secret into one archive with checksums, readable for its owner only; the system may run meanwhile."""
    with here.telling(), here.awake(data) as system:
        _write(system, file)


def _bring_back(file: Path, manifest: dict[str, Any], system: Production) -> None:
    later = sorted(set(manifest["migrations"]) - set(system.look()["known"]))
    if later:
        raise UpError(f"{file} is of a later release ({manifest['release']}; {later[0]}); restore it with that one")
    keeping.bring_back(file, manifest, system.database_url, system.data)


@app.command()
def restore(file: Annotated[Path, typer.Argument(help="archive of `backup`")], data: here.Data = Path("var")) -> None:
    """Bring a backup back into an empty system, which is checked in the end; nothing that is there is overwritten."""
    with here.telling():
        manifest = keeping.read(file)
        system = production.of(data, here.say)
        with system.reachable():
            keeping.room(system.database_url, system.data)
            try:
                _bring_back(file, manifest, system)
            except (KeepingError, UpError):
                (system.data / keeping.SECRETS).unlink(missing_ok=True)
                raise
            system.remember(production=True, filled=True, release=manifest["release"])
            system.set_up()
            here.enter(data)
            _wake_jobs()
            good = holds(quiet=True)
    here.say(f"restored what was backed up at {manifest['made_at']}; start it with ./wangdan serve")
    raise typer.Exit(0 if good else 1)


def _wake_jobs() -> None:
    """What a worker of the old system had begun is nobody's now: it is to be done again."""
    cursor = import_module("django.db").connection.cursor()
    with cursor:
        cursor.execute("DELETE FROM procrastinate_workers")
    import_module("wangdan.kernel.jobs").rescue()


@app.command()
def upgrade(
    data: here.Data = Path("var"),
    to: Annotated[Path | None, typer.Option("--backup", help="where the backup goes; else backups/ of the data folder")] = None,
    without: Annotated[bool, typer.Option("--no-backup", help="take no backup first")] = False,  # noqa: FBT002 - a flag
) -> None:
    """Bring the database to this release: back up, migrate, check. The system must be stopped; DATABASE_URL names the owner of the tables."""
    with here.telling():
        system = production.of(data, here.say)
        with system.reachable():
            found, was = system.look(), system.state().get("release", "unknown")
            if found["later"]:
                raise UpError(f"the database is of a later release (it has {found['later'][0]}); run that one, or restore a backup")
            if not found["empty"] and not without:
                _write(system, to or system.data / "backups" / f"{datetime.now(UTC):%Y%m%d-%H%M%S}-before-{keeping.release()}.tar")
            system.set_up()
            system.collect()
            roles = system.ask("app_role").splitlines()
            system.remember(release=keeping.release())
            here.enter(data)
            good = holds(quiet=True)
    here.say(f"release {was} → {keeping.release()}")
    for each in found["missing"] or ["nothing to migrate"]:
        here.say(f"  {each}")
    for each in roles:
        here.say(f"  {each}")
    raise typer.Exit(0 if good else 1)
