"""Backups: database and files in one archive with checksums, and the way back into an empty system."""

import hashlib
import io
import json
import os
import shutil
import subprocess
import tarfile
import tempfile
import tomllib
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path, PurePosixPath
from typing import IO, Any

import psycopg
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from wangdan.site.embedded import tool
from wangdan.site.supervisor import ROOT

DUMP, MANIFEST, SECRETS, FILES = "database.dump", "manifest.json", "secrets.json", "media"
_FORM = 1
"""The form of the archive; a later one is refused."""
_CHUNK = 1024 * 1024


class KeepingError(Exception):
    """The backup or the restore cannot go on; the message says why, and nothing was changed."""


def release() -> str:
    """The version of this release."""
    return str(tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["version"])


# ---- writing --------------------------------------------------------------------------------------------------------


class _Hashed:
    """A file that is read: what went through it is hashed and counted."""

    def __init__(self, source: IO[bytes]) -> None:
        self.source, self.digest, self.size = source, hashlib.sha256(), 0

    def read(self, size: int = -1) -> bytes:
        """The next piece."""
        piece = self.source.read(size)
        self.digest.update(piece)
        self.size += len(piece)
        return piece

    def seen(self) -> dict[str, Any]:
        """Size and checksum of what was read."""
        return {"size": self.size, "sha256": self.digest.hexdigest()}


def write(url: str, data: Path, target: Path) -> dict[str, Any]:
    """Back up the database at `url` and the files of the folder into the new file `target`, readable for its owner only; returns the manifest.

    The database is one snapshot, taken before the files: files are written before the row that names them and never changed, so none is
    missing. Nothing need stand still. Refuses (KeepingError) an existing file.
    """
    target = target.absolute()
    if target.exists():
        raise KeepingError(f"{target} exists already; a backup overwrites nothing")
    target.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=target.parent, prefix=f".{target.name}.") as folder:  # mode 0700
        dump, partial = Path(folder) / DUMP, Path(folder) / "archive"
        manifest = _dump(url, dump)
        with partial.open("xb") as out, tarfile.open(fileobj=out, mode="w|", format=tarfile.PAX_FORMAT) as archive:
            for name, path in _wanted(data, dump):
                manifest["entries"][name] = _add(archive, name, path)
            text = json.dumps(manifest, indent=1).encode()
            archive.addfile(_member(MANIFEST, len(text)), io.BytesIO(text))
        with partial.open("rb") as written:
            os.fsync(written.fileno())
        partial.chmod(0o600)
        try:
            os.link(partial, target)
        except FileExistsError as error:
            raise KeepingError(f"{target} exists already; a backup overwrites nothing") from error
    return manifest


def _dump(url: str, dump: Path) -> dict[str, Any]:
    """Let pg_dump write the database as of one instant; what else of it the manifest says is read at the same instant."""
    with psycopg.connect(url) as connection:
        connection.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
        [snapshot] = connection.execute("SELECT pg_export_snapshot()").fetchone() or [""]
        server = connection.info.server_version
        manifest = {
            "form": _FORM,
            "release": release(),
            "made_at": datetime.now(UTC).isoformat(timespec="seconds"),
            "postgresql": server,
            "migrations": [row[0] for row in connection.execute("SELECT app || '.' || name FROM django_migrations ORDER BY 1")],
            "journal": (connection.execute("SELECT coalesce(max(id), 0) FROM kernel_journal").fetchone() or [0])[0],
            "entries": {},
        }
        _postgres(url, tool("pg_dump", server), "--format=custom", "--no-owner", "--no-privileges", f"--snapshot={snapshot}", f"--file={dump}")
    return manifest


def _postgres(url: str, program: Path, *arguments: str) -> str:
    """Run one of PostgreSQL's programs on the database; the password is not on its command line."""
    given = conninfo_to_dict(url)
    password = given.pop("password", None)
    environment = {**os.environ, "LC_ALL": "C.UTF-8", **({"PGPASSWORD": str(password)} if password else {})}
    argv = [str(program), *arguments, *([f"--dbname={make_conninfo('', **given)}"] if url else [])]
    done = subprocess.run(argv, check=False, capture_output=True, text=True, env=environment)
    if done.returncode:
        raise KeepingError(f"{program.name}: {(done.stderr.strip().splitlines() or ['no word'])[0]}")
    return done.stdout


def _wanted(data: Path, dump: Path) -> Iterator[tuple[str, Path]]:
    """What goes into the archive: the database, the folder's secret, the files."""
    yield DUMP, dump
    if (data / SECRETS).exists():
        yield SECRETS, data / SECRETS
    media = data / FILES
    for path in sorted(media.rglob("*")):
        if path.is_file() and path.suffix != ".part":
            yield f"{FILES}/{path.relative_to(media).as_posix()}", path


def _member(name: str, size: int) -> tarfile.TarInfo:
    member = tarfile.TarInfo(name)
    member.size, member.mode, member.mtime = size, 0o600, int(datetime.now(UTC).timestamp())
    return member


def _add(archive: tarfile.TarFile, name: str, path: Path) -> dict[str, Any]:
    with path.open("rb") as source:
        hashed = _Hashed(source)
        archive.addfile(_member(name, path.stat().st_size), hashed)  # type: ignore[arg-type]
        return hashed.seen()


# ---- reading --------------------------------------------------------------------------------------------------------


def read(source: Path) -> dict[str, Any]:
    """The manifest of an archive whose every entry is there, once, and as it was written. Refuses (KeepingError) any other."""
    seen: dict[str, dict[str, Any]] = {}
    manifest: dict[str, Any] = {}
    try:
        with tarfile.open(source, mode="r|") as archive:
            for member in archive:
                name, content = _safe(member), archive.extractfile(member)
                assert content is not None
                if name in seen or manifest:
                    raise KeepingError(f"{source}: {name} does not belong there")
                if name == MANIFEST:
                    manifest = dict(json.loads(content.read()))
                    continue
                hashed = _Hashed(content)  # type: ignore[arg-type]
                while hashed.read(_CHUNK):
                    pass
                seen[name] = hashed.seen()
    except (OSError, tarfile.TarError, ValueError) as error:
        raise KeepingError(f"{source}: not a whole backup ({error})") from error
    if manifest.get("form") != _FORM:
        raise KeepingError(f"{source}: " + ("of a later release" if manifest.get("form") else "not a whole backup (no manifest)"))
    told = manifest["entries"]
    wrong = sorted(name for name in {*told, *seen} if told.get(name) != seen.get(name))
    if wrong or DUMP not in told:
        raise KeepingError(f"{source}: damaged: {', '.join(wrong[:3]) or DUMP}")
    return manifest


def _safe(member: tarfile.TarInfo) -> str:
    """The name of an entry that may be written below our folder."""
    parts = PurePosixPath(member.name).parts
    plain = member.isfile() and parts and not member.name.startswith("/") and ".." not in parts
    if not plain or (len(parts) > 1 and parts[0] != FILES) or (len(parts) == 1 and member.name not in {DUMP, MANIFEST, SECRETS}):
        raise KeepingError(f"{member.name} does not belong in a backup")
    return member.name


def is_empty(url: str) -> bool:
    """Whether the database holds no table, view or sequence of anybody."""
    with psycopg.connect(url) as connection:
        found = connection.execute(
            "SELECT 1 FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace"
            " WHERE n.nspname NOT IN ('pg_catalog', 'information_schema', 'pg_toast') AND n.nspname NOT LIKE 'pg_temp%' LIMIT 1"
        ).fetchone()
    return found is None


def room(url: str, data: Path) -> None:
    """Refuses (KeepingError) a database or a folder that somebody uses already: a backup goes into new ones only."""
    if not is_empty(url):
        raise KeepingError("the database is not empty; a backup goes into a new one only")
    if (data / SECRETS).exists() or any((data / FILES).rglob("*.*")):
        raise KeepingError(f"{data} has files or secrets already; a backup goes into a new folder only")


def bring_back(source: Path, manifest: dict[str, Any], url: str, data: Path) -> None:
    """Put a checked archive where `room` found room. When it fails, the database is as empty as before and the folder has no file."""
    with tempfile.TemporaryDirectory(dir=data, prefix=".restore.") as name:  # mode 0700
        folder = Path(name)
        _unpack(source, folder)
        _load(url, folder / DUMP)
        _compare(url, manifest)
        (folder / FILES).mkdir(exist_ok=True)
        shutil.rmtree(data / FILES, ignore_errors=True)
        (folder / FILES).rename(data / FILES)
        if (folder / SECRETS).exists():
            (folder / SECRETS).rename(data / SECRETS)


def _unpack(source: Path, folder: Path) -> None:
    with tarfile.open(source, mode="r|") as archive:
        for member in archive:
            target, content = folder / _safe(member), archive.extractfile(member)
            assert content is not None
            target.parent.mkdir(parents=True, exist_ok=True)
            with target.open("xb") as out:
                shutil.copyfileobj(content, out, _CHUNK)
            target.chmod(0o644 if target.is_relative_to(folder / FILES) else 0o600)


def _load(url: str, dump: Path) -> None:
    """Let pg_restore do it in one transaction; the schema `public` is there already."""
    with psycopg.connect(url) as connection:
        program = tool("pg_restore", connection.info.server_version)
    listed = _postgres("", program, "--list", str(dump))
    kept = dump.with_suffix(".list")
    kept.write_text("\n".join(line for line in listed.splitlines() if " SCHEMA - public " not in line), "utf-8")
    whole = ("--no-owner", "--no-privileges", "--exit-on-error", "--single-transaction", f"--use-list={kept}")
    _postgres(url, program, *whole, str(dump))


def _compare(url: str, manifest: dict[str, Any]) -> None:
    """What came back is what the manifest says."""
    with psycopg.connect(url) as connection:
        migrations = [row[0] for row in connection.execute("SELECT app || '.' || name FROM django_migrations ORDER BY 1")]
        journal = (connection.execute("SELECT coalesce(max(id), 0) FROM kernel_journal").fetchone() or [0])[0]
    if (migrations, journal) != (manifest["migrations"], manifest["journal"]):
        raise KeepingError("what came back is not what the manifest says")
