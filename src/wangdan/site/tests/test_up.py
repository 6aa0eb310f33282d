"""`up` on a machine: one per data folder, restarts what dies, leaves nothing behind."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from tests.journeys.conftest import free_port
from wangdan.site.supervisor import ROOT

_PATIENCE = 60.0


def clean() -> dict[str, str]:
    """The environment without this run's own settings."""
    return {name: value for name, value in os.environ.items() if not name.startswith(("WANGDAN_", "DJANGO_", "DATABASE_URL"))}


def up(*arguments: str) -> "subprocess.Popen[str]":
    """Start the command."""
    return subprocess.Popen(
        [str(ROOT / "wangdan"), "up", *arguments], cwd=ROOT, env=clean(), stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )


def until_ready(process: "subprocess.Popen[str]") -> str:
    """Read until READY; returns everything said."""
    said = []
    assert process.stdout is not None
    for line in process.stdout:
        said.append(line)
        if line.startswith("READY"):
            return "".join(said)
    pytest.fail("never ready:\n" + "".join(said))


def children(of: int) -> list[int]:
    """All living descendants of a process."""
    found = [int(pid) for pid in Path(f"/proc/{of}/task/{of}/children").read_text("ascii").split()]
    return found + [deeper for child in found for deeper in children(child)]


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple["subprocess.Popen[str]", int, Path]]:
    """A system without the demo world, in a folder whose name has a blank."""
    data, port = tmp_path_factory.mktemp("up") / "my data", free_port()
    process = up("--port", str(port), "--data", str(data), "--no-demo")
    until_ready(process)
    yield process, port, data
    process.send_signal(signal.SIGTERM)
    process.communicate(timeout=60)


def healthy(port: int) -> bool:
    """Whether the site says it is well."""
    until = time.monotonic() + _PATIENCE
    while time.monotonic() < until:
        try:
            if httpx.get(f"http://127.0.0.1:{port}/healthz", timeout=5).status_code == 200:
                return True
        except httpx.HTTPError:
            pass
        time.sleep(0.3)
    return False


def test_a_second_up_on_the_same_data_says_so_and_exits_1(running: tuple["subprocess.Popen[str]", int, Path]):
    """Two supervisors on one database would fight."""
    _, _, data = running
    second = up("--port", str(free_port()), "--data", str(data))
    said, _ = second.communicate(timeout=30)
    assert second.returncode == 1
    assert "already runs" in said


def test_a_taken_port_is_named(running: tuple["subprocess.Popen[str]", int, Path], tmp_path: Path):
    """Before anything is set up."""
    _, port, _ = running
    other = up("--port", str(port), "--data", str(tmp_path / "other"))
    said, _ = other.communicate(timeout=30)
    assert other.returncode == 1
    assert f"port {port} is taken" in said


@pytest.mark.parametrize("part", ["granian", "procrastinate", "postgres -D", "sandbox --port"])
def test_a_killed_part_is_started_again(running: tuple["subprocess.Popen[str]", int, Path], part: str):
    """Kill -9 of each part; the site is well again by itself."""
    process, port, _ = running
    assert healthy(port)
    victims = [pid for pid in children(process.pid) if part.encode() in Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ")]
    first = min(victims)
    os.kill(first, signal.SIGKILL)
    time.sleep(1.5)
    assert healthy(port)
    assert process.poll() is None
    now = [pid for pid in children(process.pid) if part.encode() in Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ")]
    assert now
    assert first not in now


def test_check_and_metrics_answer_on_a_running_system(running: tuple["subprocess.Popen[str]", int, Path]):
    """Every invariant holds on a fresh system, and the counters are there."""
    _, port, data = running
    done = subprocess.run([str(ROOT / "wangdan"), "check", "--data", str(data)], cwd=ROOT, env=clean(), check=False, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    text = httpx.get(f"http://127.0.0.1:{port}/metrics", timeout=10).text
    assert "wangdan_jobs_lag_seconds" in text


def test_once_ready_runs_the_command_and_takes_its_exit_code_and_leaves_nothing(tmp_path: Path):
    """The command finds the addresses in its environment; the folder may be called anything."""
    process = up(
        "--port", str(free_port()), "--data", str(tmp_path / "网 单's, (1)"), "--no-demo", "--once-ready", 'echo "at $WANGDAN_URL"; sleep 1; exit 7'
    )
    said = until_ready(process)
    family = children(process.pid)
    assert process.stdout is not None
    with process.stdout as speech:
        rest = speech.read()
    assert process.wait(90) == 7, said + rest
    assert "at http://127.0.0.1:" in said + rest
    time.sleep(0.5)
    assert [
        pid for pid in family if Path(f"/proc/{pid}").exists() and "Z" not in Path(f"/proc/{pid}/stat").read_text("ascii").split(")")[1][:3]
    ] == []


def test_a_stop_in_the_middle_of_the_set_up_is_obeyed_and_the_next_start_begins_it_anew(tmp_path: Path):
    """One signal ends the filling with all its processes; what was half done is not taken for done."""
    arguments = ("--port", str(free_port()), "--data", str(tmp_path / "v"), "--no-demo")
    process = up(*arguments)
    assert process.stdout is not None
    said = []
    with process.stdout as speech:
        for line in speech:
            said.append(line)
            if "loading divisions" in line:
                time.sleep(0.5)
                family = children(process.pid)
                process.send_signal(signal.SIGTERM)
    assert (process.wait(60), said[-1]) == (0, "wangdan: stopped\n")
    assert not any(line.startswith("READY") for line in said)
    assert [pid for pid in family if Path(f"/proc/{pid}").exists()] == []
    again = up(*arguments, "--once-ready", f"'{ROOT / 'wangdan'}' check")
    until_ready(again)
    assert again.stdout is not None
    with again.stdout as rest:
        assert "FAIL" not in rest.read()
    assert again.wait(60) == 0


def test_the_data_folder_keeps_modes_outside_it(running: tuple["subprocess.Popen[str]", int, Path]):
    """Nothing above our own folder was opened for the unprivileged user."""
    _, _, data = running
    assert (data.parent.stat().st_mode & 0o077) == 0 or data.parent.stat().st_uid != os.geteuid()
    assert (data / "secrets.json").stat().st_mode & 0o077 == 0
    assert sys.version_info >= (3, 11)


@pytest.mark.parametrize("command", [["check"], ["replay", "olist", "."]])
def test_a_command_on_a_system_that_does_not_run_says_so_in_a_line_or_two(command: list[str], tmp_path: Path):
    """Neither a folder that was never used nor one whose system is stopped shows a traceback; the folder may come from the environment."""
    for folder, words in ((tmp_path / "never", "no system in"), (tmp_path, "the database does not answer")):
        (tmp_path / "secrets.json").write_text('{"key": "k", "sandbox": "s"}')
        told = subprocess.run(
            [str(ROOT / "wangdan"), *command], cwd=ROOT, env=clean() | {"WANGDAN_DATA": str(folder)}, capture_output=True, text=True, check=False
        )
        assert told.returncode == 1
        assert words in told.stderr
        assert "Traceback" not in told.stderr
