"""`serve`: the parts of a system for real people: settings from the environment, no demo, no sandbox unless it is named."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from wangdan.site.keeping import release
from wangdan.site.supervisor import ROOT, Say, System, UpError, fingerprint

METHODS = ("sandbox", "bank_transfer", "cod")
WITHOUT_A_GATEWAY = "bank_transfer,cod"
"""How one can pay when no gateway is named."""
_LOOPBACK = {"127.0.0.1", "localhost", "::1"}


def faults(environment: Mapping[str, str]) -> list[str]:
    """What is wrong with the environment of a production system, one sentence each; empty when nothing is."""
    found = []
    hosts = [host.strip() for host in environment.get("WANGDAN_ALLOWED_HOSTS", "").split(",") if host.strip()]
    address = urlsplit(environment.get("WANGDAN_PUBLIC_URL", ""))
    if not hosts or any(host in {"*", "."} for host in hosts):
        found.append("WANGDAN_ALLOWED_HOSTS must name the hosts the site answers to, such as shop.example.com")
        hosts = []
    if address.scheme not in {"http", "https"} or not address.hostname or address.path.strip("/"):
        found.append("WANGDAN_PUBLIC_URL must be the address people use, such as https://shop.example.com")
    elif address.scheme == "http" and address.hostname not in _LOOPBACK:
        found.append("WANGDAN_PUBLIC_URL must be https: passwords travel over it (http is for a trial on this machine)")
    elif hosts and not any(address.hostname == host or (host.startswith(".") and address.hostname.endswith(host)) for host in hosts):
        found.append(f"WANGDAN_ALLOWED_HOSTS does not name {address.hostname}, the host of WANGDAN_PUBLIC_URL")
    found += [f"{name} belongs to the demo and must not be set" for name in ("WANGDAN_DEMO", "WANGDAN_CLOCK") if environment.get(name)]
    sandbox = bool(environment.get("WANGDAN_SANDBOX_URL"))
    if sandbox != bool(environment.get("WANGDAN_SANDBOX_SECRET")):
        found.append("WANGDAN_SANDBOX_URL and WANGDAN_SANDBOX_SECRET belong together")
    methods = environment.get("WANGDAN_PAYMENT_METHODS", WITHOUT_A_GATEWAY).split(",")
    found += [f"WANGDAN_PAYMENT_METHODS: there is no {each!r}; there are {', '.join(METHODS)}" for each in methods if each not in METHODS]
    if "sandbox" in methods and not sandbox:
        found.append("WANGDAN_PAYMENT_METHODS names the sandbox, but WANGDAN_SANDBOX_URL does not say where it is")
    return found


@dataclass
class Production(System):
    """A system for real people; its database is that of DATABASE_URL, else the embedded one of the folder."""

    own_database: str = field(default_factory=lambda: os.environ.get("DATABASE_URL", ""))

    @property
    def database_url(self) -> str:
        """Where the database is."""
        return self.own_database or self.cluster.url()

    def environment(self) -> dict[str, str]:
        """What the operator set, and the secret of the folder; nothing of the demo."""
        given = os.environ
        sandbox = given.get("WANGDAN_SANDBOX_URL", "")
        return super().environment() | {
            "DATABASE_URL": self.database_url,
            "WANGDAN_DEMO": "",
            "WANGDAN_SECRET_KEY": given.get("WANGDAN_SECRET_KEY") or self.kept_secrets()["key"],
            "WANGDAN_SANDBOX_URL": sandbox,
            "WANGDAN_SANDBOX_SECRET": given.get("WANGDAN_SANDBOX_SECRET", ""),
            "WANGDAN_PUBLIC_URL": given.get("WANGDAN_PUBLIC_URL", "http://127.0.0.1:8000"),
            "WANGDAN_PAYMENT_METHODS": given.get("WANGDAN_PAYMENT_METHODS") or ("sandbox," if sandbox else "") + WITHOUT_A_GATEWAY,
        }

    # ---- the database -------------------------------------------------------------------------------------------

    def start_database(self) -> None:
        """Start the embedded one, unless the environment names another."""
        if not self.own_database:
            super().start_database()

    @contextmanager
    def reachable(self) -> Iterator[None]:
        """Hold the folder and have its database running: for what must not happen while the system serves."""
        with self.held():
            try:
                self.start_database()
                yield
            finally:
                self.stop()

    def look(self) -> dict[str, Any]:
        """What state the database is in: see the management command `look`."""
        return dict(json.loads(self.ask("look")))

    def ask(self, *arguments: str) -> str:
        """Run one of Django's commands and return what it says. UpError with its last line when it fails."""
        done = subprocess.run(
            [sys.executable, "-m", "django", *arguments], cwd=ROOT, env=self.environment(), check=False, capture_output=True, text=True
        )
        if done.returncode:
            lines = [line for line in done.stderr.strip().splitlines() if line.strip()] or ["no word"]
            raise UpError(f"{arguments[0]}: {lines[-1].removeprefix('CommandError: ')}")
        return done.stdout

    # ---- start --------------------------------------------------------------------------------------------------

    def _start_sandbox(self) -> None:
        """None: the gateways of a production system are elsewhere."""

    def _note_running(self) -> None:
        noted = {"url": f"http://{self.host}:{self.port}", "sandbox": os.environ.get("WANGDAN_SANDBOX_URL", "")}
        (self.data / "running.json").write_text(json.dumps(noted), "utf-8")

    def _asked_as(self) -> dict[str, str]:
        """As the proxy in front of us asks: in the name of the public address."""
        address = urlsplit(os.environ.get("WANGDAN_PUBLIC_URL", ""))
        return {"Host": address.netloc, "X-Forwarded-Proto": address.scheme}

    def set_up(self) -> None:
        """Migrations and what every system needs: the same twice is nothing."""
        self.manage("migrate", "--verbosity", "0")
        self.manage("fill", "--no-demo")

    def collect(self) -> None:
        """Static files, when they have changed."""
        now = fingerprint()
        if self.state().get("static") != now:
            self.manage("collectstatic", "--noinput", "--verbosity", "0")
            self.remember(static=now)

    def _set_up(self) -> None:
        """An empty database is set up; one of an older release, or with demo people in it, is refused."""
        found = self.look()
        if found["empty"]:
            self.say("setting up an empty database")
            self.set_up()
            self.remember(release=release())
        elif found["missing"]:
            message = (
                f"the database is of an older release ({len(found['missing'])} migrations are missing); run ./wangdan upgrade --data {self.data}"
            )
            raise UpError(message)
        if found["demo"]:
            message = f"these people have the demo's password, which everybody knows: {', '.join(found['demo'])}; start with a new database"
            raise UpError(message)
        self.collect()
        self.remember(production=True, filled=True)

    def check_secrets(self) -> None:
        """The secret of the folder is for its owner only."""
        kept = self.data / "secrets.json"
        self.kept_secrets()
        if kept.stat().st_mode & 0o077:
            message = f"others can read {kept}; run: chmod 600 {kept}"
            raise UpError(message)


def of(data: Path, say: Say) -> Production:
    """The production system of a folder, for commands beside the running one."""
    system = Production(data, 0, demo=False, say=say)
    note = system.data / "database.json"
    if note.exists():
        with suppress(ValueError, KeyError):
            system.cluster.home = Path(json.loads(note.read_text("utf-8"))["home"])
    return system
