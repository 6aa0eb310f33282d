"""`up`: starts database, sandbox, web and worker, watches them, restarts what crashes, stops all cleanly. `serve` does it in production.py."""

import contextlib
import fcntl
import hashlib
import http.client
import json
import os
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http import HTTPStatus
from pathlib import Path
from typing import Any

from wangdan.site.embedded import Cluster, dies_with_parent

ROOT = Path(__file__).resolve().parents[3]
_QUICK_DEATH_SECONDS = 10.0
_LONGEST_PAUSE = 10.0
_GLANCE_SECONDS = 0.2
_LOOK_SECONDS = "0.2"
"""How often the worker looks for jobs that nobody rings for: those of one family wait for each other, and the end of one is not announced."""
_READY_SECONDS = 120.0
_STOP_SECONDS = 12.0
_LONGEST_LOG = 64 * 1024 * 1024
Say = Callable[[str], None]


class UpError(Exception):
    """`up` cannot go on; the message says why."""


class StoppedError(Exception):
    """Somebody stopped us before we were ready; nothing is wrong."""


@dataclass
class Part:
    """One process that must run, in a process group of its own."""

    name: str
    spawn: Callable[[], "subprocess.Popen[Any]"]
    end: signal.Signals = signal.SIGTERM
    process: "subprocess.Popen[Any] | None" = None
    started: float = 0.0
    crashes: int = 0
    due: float = 0.0

    def start(self) -> None:
        """Start it, after the last of its old processes is gone."""
        self.kill(signal.SIGKILL)
        self.process, self.started = self.spawn(), time.monotonic()

    def kill(self, with_: signal.Signals) -> None:
        """Send a signal to the whole group."""
        if self.process is not None:
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(self.process.pid, with_)

    def watch(self, say: Say) -> None:
        """Restart it when it has died, later each time it dies young."""
        if self.process is None or self.process.poll() is None:
            return
        now = time.monotonic()
        if not self.due:
            self.crashes = self.crashes + 1 if now - self.started < _QUICK_DEATH_SECONDS else 1
            pause = min(0.5 * 2 ** (self.crashes - 1), _LONGEST_PAUSE)
            self.due = now + pause
            say(f"{self.name} stopped (code {self.process.returncode}); starting it again in {pause:.1f} s")
        elif now >= self.due:
            self.due = 0.0
            self.start()
            say(f"{self.name} runs again")

    def stop(self) -> None:
        """Ask it to stop; make it, when it does not."""
        if self.process is None or self.process.poll() is not None:
            self.kill(signal.SIGKILL)
            return
        with contextlib.suppress(ProcessLookupError):
            self.process.send_signal(self.end)
        with contextlib.suppress(subprocess.TimeoutExpired):
            self.process.wait(_STOP_SECONDS)
        self.kill(signal.SIGKILL)
        self.process.wait(5)


@dataclass
class System:
    """A whole running system on the data of one folder."""

    data: Path
    port: int
    demo: bool
    say: Say
    sandbox_port: int = 0
    host: str = "127.0.0.1"
    processes: int = 2
    parts: list[Part] = field(default_factory=list)
    stopping: bool = False
    """Set by a signal: a plain flag, because an Event waits for a lock that the interrupted wait may hold."""

    def __post_init__(self) -> None:
        """Absolute paths only: children run elsewhere."""
        self.data = self.data.absolute()
        self.cluster = Cluster(self.data)
        self.logs = self.data / "logs"

    # ---- set-up -------------------------------------------------------------------------------------------------

    @contextlib.contextmanager
    def held(self) -> Iterator[None]:
        """Hold the data folder; a second `up` on it is told so."""
        self.data.mkdir(parents=True, exist_ok=True)
        for folder in (self.logs, self.data / "metrics"):
            folder.mkdir(exist_ok=True)
        with (self.data / "lock").open("w") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError as error:
                message = f"another `wangdan up` or `serve` already runs on {self.data}"
                raise UpError(message) from error
            yield

    def _check_port(self) -> None:
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((self.host, self.port))
            except OSError as error:
                message = f"port {self.port} is taken; choose another with --port"
                raise UpError(message) from error

    def kept_secrets(self) -> dict[str, str]:
        """The two secrets of this data folder, made once; only its owner can read them."""
        kept = self.data / "secrets.json"
        if not kept.exists():
            self.data.mkdir(parents=True, exist_ok=True)
            partial = kept.with_suffix(".new")
            partial.touch(mode=0o600)
            partial.write_text(json.dumps({"key": secrets.token_urlsafe(48), "sandbox": secrets.token_urlsafe(32)}), "utf-8")
            partial.replace(kept)
        return dict(json.loads(kept.read_text("utf-8")))

    def environment(self) -> dict[str, str]:
        """What the children find in their environment."""
        kept = self.kept_secrets()
        metrics = self.data / "metrics"
        return {
            **os.environ,
            "PYTHONPATH": f"{ROOT / 'src'}{os.pathsep}{ROOT}",
            "DJANGO_SETTINGS_MODULE": "wangdan.site.settings",
            "DATABASE_URL": self.cluster.url(),
            "WANGDAN_DATA": str(self.data),
            "WANGDAN_DEMO": "1",
            "WANGDAN_SECRET_KEY": kept["key"],
            "WANGDAN_SANDBOX_SECRET": kept["sandbox"],
            "WANGDAN_SANDBOX_URL": f"http://127.0.0.1:{self.sandbox_port}",
            "WANGDAN_PUBLIC_URL": f"http://127.0.0.1:{self.port}",
            "PROMETHEUS_MULTIPROC_DIR": str(metrics),
            "PYTHONUNBUFFERED": "1",
            "WANGDAN_LOG": os.environ.get("WANGDAN_LOG", "info"),
        }

    def _spawn(self, name: str, *argv: str, **more: str) -> "subprocess.Popen[Any]":
        with self._log(name).open("ab") as log:
            return subprocess.Popen(
                [sys.executable, *argv],
                cwd=ROOT,
                env=self.environment() | more,
                stdout=log,
                stderr=log,
                stdin=subprocess.DEVNULL,
                start_new_session=True,
                preexec_fn=dies_with_parent(signal.SIGTERM),
            )

    def _log(self, name: str) -> Path:
        """The log of a part; a large one is put aside when the part starts, one is kept."""
        log = self.logs / f"{name}.log"
        if log.exists() and log.stat().st_size > _LONGEST_LOG:
            log.replace(log.with_suffix(".log.1"))
        return log

    def manage(self, *arguments: str) -> None:
        """Run one of Django's commands to its end; its failure is ours. A stop ends it and all it has started, and is a StoppedError."""
        command = Part("set-up", lambda: self._spawn("set-up", "-m", "django", *arguments))
        command.start()
        assert command.process is not None
        try:
            while command.process.poll() is None and not self.stopping:
                time.sleep(0.05)
        finally:
            command.stop()
        if self.stopping:
            raise StoppedError
        if command.process.returncode:
            message = f"{' '.join(arguments)} failed:\n{self._log('set-up').read_text('utf-8')[-6000:]}"
            raise UpError(message)

    def state(self) -> dict[str, Any]:
        """What is known of this data folder: what was set up, and whether it is a production system's."""
        kept = self.data / "state.json"
        return dict(json.loads(kept.read_text("utf-8"))) if kept.exists() else {}

    def remember(self, **more: Any) -> None:
        """Note something in the state."""
        kept = self.data / "state.json"
        partial = kept.with_suffix(".new")
        partial.write_text(json.dumps(self.state() | more), "utf-8")
        partial.replace(kept)

    def _database(self) -> "subprocess.Popen[Any]":
        with (self.logs / "database.log").open("ab") as log:
            return self.cluster.spawn(log)

    def _set_up(self) -> None:
        """Migrations and static files when they have changed, what a release needs, the demo world in an empty database; no production folder."""
        state, now = self.state(), fingerprint()
        if state.get("production"):
            message = f"{self.data} belongs to a production system; run it with ./wangdan serve"
            raise UpError(message)
        if state.get("code") != now:
            self.say("setting up: migrations, static files")
            self.manage("migrate", "--verbosity", "0")
            self.manage("collectstatic", "--noinput", "--verbosity", "0")
            if state.get("filled"):
                self.manage("fill", "--no-demo")
            self.remember(code=now)
        if not state.get("filled"):
            self.say("filling the demo world" if self.demo else "loading divisions and carriers")
            afresh = ["--afresh"] if state.get("filling") else []
            self.remember(filling=True)
            self.manage("fill", *([] if self.demo else ["--no-demo"]), *afresh)
            self.remember(filled=True)

    def start(self) -> None:
        """Start everything in order; returns when the site answers."""
        self._check_port()
        self.start_database()
        metrics = self.data / "metrics"
        shutil.rmtree(metrics, ignore_errors=True)
        metrics.mkdir()
        self._start_sandbox()
        self._set_up()
        for part in (Part("web", self._web), Part("worker", self._worker)):
            self.parts.append(part)
            part.start()
        self._wait_ready()
        self._note_running()

    def start_database(self) -> None:
        """Start the embedded database and watch it."""
        with (self.logs / "database.log").open("ab") as log:
            self.cluster.start(log)
        self.parts.append(Part("database", self._database, signal.SIGINT, self.cluster.process, time.monotonic()))

    def _start_sandbox(self) -> None:
        self.sandbox_port = self.state().get("sandbox_port") or 0
        if not self.sandbox_port or not _free(self.sandbox_port):
            self.sandbox_port = _any_port()
            self.remember(sandbox_port=self.sandbox_port)
        sandbox = Part("sandbox", self._sandbox)
        self.parts.append(sandbox)
        sandbox.start()

    def _note_running(self) -> None:
        noted = {"url": f"http://127.0.0.1:{self.port}", "sandbox": f"http://127.0.0.1:{self.sandbox_port}"}
        (self.data / "running.json").write_text(json.dumps(noted), "utf-8")

    def _sandbox(self) -> "subprocess.Popen[Any]":
        return self._spawn("sandbox", "-m", "sandbox", "--port", str(self.sandbox_port), "--data", str(self.data / "sandbox"))

    def _web(self) -> "subprocess.Popen[Any]":
        return self._spawn(
            "web", "-m", "granian", "--interface", "wsgi", "--host", self.host, "--port", str(self.port), "--workers", str(self.processes),
            "--blocking-threads", "8", "--respawn-failed-workers", "--no-access-log", "--log-level", "warning", "wangdan.site.wsgi:application",
            WANGDAN_POOL="1",
        )  # fmt: skip

    def _worker(self) -> "subprocess.Popen[Any]":
        return self._spawn(
            "worker", "-m", "django", "procrastinate", "worker", "--concurrency", "4", "--delete-jobs", "never",
            "--fetch-job-polling-interval", _LOOK_SECONDS, WANGDAN_POOL="1",
        )  # fmt: skip

    def _wait_ready(self) -> None:
        until = time.monotonic() + _READY_SECONDS
        while time.monotonic() < until and not self.stopping:
            if self._answers():
                return
            for part in self.parts:
                if part.process is not None and part.process.poll() is not None and part.crashes > 4:  # noqa: PLR2004
                    message = f"{part.name} does not start; see {self.logs / part.name}.log"
                    raise UpError(message)
                part.watch(self.say)
            time.sleep(0.1)
        if not self.stopping:
            message = f"the site does not answer on port {self.port}; see {self.logs}"
            raise UpError(message)

    def _asked_as(self) -> dict[str, str]:
        """The headers of our own question whether the site is well."""
        return {}

    def _answers(self) -> bool:
        """Whether the site says that all parts work; asked directly, whatever proxy the shell has."""
        line = http.client.HTTPConnection(self.host, self.port, timeout=5)
        try:
            line.request("GET", "/healthz", headers=self._asked_as())
            return line.getresponse().status == HTTPStatus.OK
        except (OSError, http.client.HTTPException):
            return False
        finally:
            line.close()

    # ---- running ------------------------------------------------------------------------------------------------

    def run(self, until: Callable[[], bool] = lambda: False) -> None:
        """Watch the parts until somebody stops us or `until` says so."""
        while not self.stopping and not until():
            for part in self.parts:
                part.watch(self.say)
            time.sleep(_GLANCE_SECONDS)

    def stop(self) -> None:
        """Stop everything, the database last."""
        self.stopping = True
        (self.data / "running.json").unlink(missing_ok=True)
        for part in reversed(self.parts):
            part.stop()


def _free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
        return True


def _any_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def fingerprint() -> str:
    """A hash over migrations and static files: when it is the same there is nothing to set up."""
    digest = hashlib.sha256()
    source = ROOT / "src" / "wangdan"
    for path in sorted([*source.glob("*/migrations/*.py"), *source.glob("**/static/**/*.*"), ROOT / "requirements.lock"]):
        digest.update(f"{path.relative_to(ROOT)} {path.stat().st_size}".encode())
        if path.suffix == ".py":
            digest.update(path.read_bytes())
    return digest.hexdigest()
