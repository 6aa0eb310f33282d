"""A running system and people with browsers: journeys never touch the database and never skip."""

import os
import re
import signal
import socket
import subprocess
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from queue import Empty, Queue

import pytest
from playwright.sync_api import Browser, sync_playwright

from tests.journeys.people import Person

ROOT = Path(__file__).resolve().parents[2]
_START_SECONDS = 240
PHONE = {"width": 375, "height": 812}
DESK = {"width": 1280, "height": 900}
_CHROMIUM = ("/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome")
_FLAGS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
]  # fmt: skip


@dataclass(frozen=True)
class System:
    """Where the running system answers."""

    url: str
    sandbox: str


def free_port() -> int:
    """A port nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _read(process: subprocess.Popen[str], lines: "Queue[str]") -> None:
    assert process.stdout is not None
    for line in process.stdout:
        lines.put(line)


def _wait_ready(process: subprocess.Popen[str]) -> System:
    lines: Queue[str] = Queue()
    threading.Thread(target=_read, args=(process, lines), daemon=True).start()
    seen, sandbox = [], ""
    while True:
        try:
            line = lines.get(timeout=_START_SECONDS)
        except Empty:
            pytest.fail("the system did not get ready:\n" + "".join(seen))
        seen.append(line)
        if found := re.search(r"SANDBOX (http://\S+)", line):
            sandbox = found.group(1)
        if found := re.search(r"READY (http://\S+)", line):
            return System(found.group(1), sandbox)
        if process.poll() is not None and lines.empty():
            pytest.fail("the system stopped:\n" + "".join(seen))


@pytest.fixture(scope="session")
def system(tmp_path_factory: pytest.TempPathFactory) -> Iterator[System]:
    """`./wangdan up` with the demo world in a folder of its own; WANGDAN_JOURNEY="URL SANDBOX" names one that runs already."""
    if running := os.environ.get("WANGDAN_JOURNEY", ""):
        yield System(*running.split())
        return
    data = tmp_path_factory.mktemp("system") / "var"
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("WANGDAN_", "DJANGO_", "DATABASE_URL"))}
    process = subprocess.Popen(
        [str(ROOT / "wangdan"), "up", "--port", str(free_port()), "--data", str(data)],
        cwd=ROOT,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    try:
        yield _wait_ready(process)
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(60)
        assert process.stdout is not None
        process.stdout.close()


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """One headless Chromium for the session."""
    path = os.environ.get("WANGDAN_BROWSER") or next((path for path in _CHROMIUM if Path(path).exists()), None)
    if path is None:
        pytest.fail("no Chromium found; ./wangdan test says how to install it")
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=path, args=_FLAGS)
        yield chromium
        chromium.close()


@pytest.fixture
def seat(browser: Browser, system: System) -> Iterator["Seats"]:
    """Open browsers for people: `seat("buyer")`, `seat("seller", desk=True)`; faults of any page fail the journey at its end."""
    seats = Seats(browser, system)
    yield seats
    seats.close()


class Seats:
    """The people of one journey."""

    def __init__(self, browser: Browser, system: System) -> None:
        """Nobody has come yet."""
        self.browser, self.system = browser, system
        self.people: list[Person] = []

    def __call__(self, name: str = "", *, desk: bool = False, scripts: bool = True, language: str = "zh-CN") -> Person:
        """A person in a browser of his own, logged in if named; `desk` is 1280 px wide, else a phone."""
        context = self.browser.new_context(
            viewport=DESK if desk else PHONE,
            java_script_enabled=scripts,
            locale=language,
            has_touch=not desk,
            device_scale_factor=1,
        )
        person = Person(context.new_page(), self.system.url, self.system.sandbox, scripts=scripts)
        self.people.append(person)
        if name:
            person.log_in(name)
        return person

    def close(self) -> None:
        """Close all browsers; fail when a page had a fault nobody looked at."""
        faults = [fault for person in self.people for fault in person.faults]
        for person in self.people:
            person.page.context.close()
        assert faults == []
