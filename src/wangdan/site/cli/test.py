"""`wangdan test`: lint contracts, types, tests; installs the browser it needs where it can."""

import os
import shutil
import subprocess
import sys
import time
from pathlib import Path
from typing import Annotated

import typer

from wangdan.site.cli import app
from wangdan.site.supervisor import ROOT

_BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
_CJK = ("/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc", "/usr/share/fonts/truetype/noto/NotoSansCJK-Regular.ttc")
LINTS = (
    ("ruff", ["ruff", "check", "."]),
    ("format", ["ruff", "format", "--check", "."]),
    ("types", ["mypy"]),
    ("contracts", ["lint-imports"]),
    ("templates", ["djlint", "src", "--lint", "--quiet"]),
    ("dependencies", ["deptry", "."]),
)


def _browser() -> str:
    return os.environ.get("WANGDAN_BROWSER") or next((found for name in _BROWSERS if (found := shutil.which(name))), "")


def _cjk() -> bool:
    if any(Path(path).exists() for path in _CJK):
        return True
    lister = shutil.which("fc-list")
    return bool(lister and subprocess.run([lister, ":lang=zh"], check=False, capture_output=True).stdout.strip())


def _ensure_browser() -> None:
    """A browser and Chinese fonts, installed as root on Debian and Ubuntu, else found, else told about (exit 2)."""
    line = "apt-get install -y chromium fonts-noto-cjk"
    if _browser() and _cjk():
        return
    if os.geteuid() == 0 and shutil.which("apt-get"):
        typer.echo("wangdan: installing chromium and Chinese fonts")
        quiet = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
        subprocess.run(["apt-get", "update", "-qq"], check=False, env=quiet, stdout=subprocess.DEVNULL)
        subprocess.run([*line.split(), "-qq", "--no-install-recommends"], check=False, env=quiet, stdout=subprocess.DEVNULL)
    if not (_browser() and _cjk()):
        typer.echo(f"wangdan: the journeys need a browser and Chinese fonts; run: sudo {line}", err=True)
        raise typer.Exit(2)


def _environment() -> dict[str, str]:
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ.get('PATH', '')}"
    kept = {name: value for name, value in os.environ.items() if not name.startswith("WANGDAN_") and name != "DATABASE_URL"}
    return kept | {
        "PATH": path,
        "PYTHONPATH": f"{ROOT / 'src'}{os.pathsep}{ROOT}",
        "WANGDAN_BROWSER": _browser(),
        "DJANGO_SETTINGS_MODULE": "tests.settings",
    }


def _run(name: str, argv: list[str]) -> bool:
    started = time.monotonic()
    done = subprocess.run(argv, cwd=ROOT, env=_environment(), check=False)
    typer.echo(f"wangdan: {name} {'ok' if done.returncode == 0 else 'FAILED'} ({time.monotonic() - started:.0f} s)")
    return done.returncode == 0


@app.command(context_settings={"allow_extra_args": True, "ignore_unknown_options": True})
def test(
    context: typer.Context,
    everything: Annotated[bool, typer.Option("--all", help="also what takes longer than a minute")] = False,  # noqa: FBT002 - a flag
) -> None:
    """Lint, types and tests; with pytest arguments only those tests."""
    _ensure_browser()
    pytest = [sys.executable, "-m", "pytest"]
    if context.args:
        raise typer.Exit(0 if _run("tests", [*pytest, *context.args]) else 1)
    good = [_run(name, [str(Path(sys.executable).parent / argv[0]), *argv[1:]]) for name, argv in LINTS]
    marks = [] if everything else ["-m", "not long"]
    good.append(_run("tests", [*pytest, "-n", "2", "--dist", "loadscope", "--no-loadscope-reorder", *marks]))
    raise typer.Exit(0 if all(good) else 1)
