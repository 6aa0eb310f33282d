"""`serve`, `admin create`, `backup`, `restore`, `upgrade`: the real commands on a database with an owner and an application role."""

import json
import os
import re
import signal
import subprocess
import tarfile
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import httpx
import psycopg
import pytest

from tests.journeys.conftest import free_port
from wangdan.site import keeping
from wangdan.site.embedded import Cluster
from wangdan.site.management.commands.app_role import APPEND_ONLY
from wangdan.site.production import faults
from wangdan.site.supervisor import ROOT
from wangdan.site.tests.test_up import children, clean, healthy, until_ready

PASSWORD = "a long word for the first one"


@dataclass
class House:
    """A database server with an owner and an application role, and a data folder."""

    cluster: Cluster
    data: Path
    port: int

    def url(self, role: str, database: str = "shop") -> str:
        """DATABASE_URL of a role."""
        return f"postgresql://{role}@/{database}?host={self.cluster.socket}&port=5432"

    def environment(self, role: str = "owner", **more: str) -> dict[str, str]:
        """What an operator sets."""
        here = f"http://127.0.0.1:{self.port}"
        given = {"DATABASE_URL": self.url(role), "WANGDAN_ALLOWED_HOSTS": "127.0.0.1", "WANGDAN_PUBLIC_URL": here, "WANGDAN_DATA": str(self.data)}
        return clean() | given | more

    def run(self, *arguments: str, said: str = "", role: str = "owner", **more: str) -> "subprocess.CompletedProcess[str]":
        """One command."""
        return subprocess.run(
            [str(ROOT / "wangdan"), *arguments], cwd=ROOT, env=self.environment(role, **more), input=said, capture_output=True, text=True, check=False
        )

    def serve(self, role: str = "app", **more: str) -> "subprocess.Popen[str]":
        """Start it."""
        argv = [str(ROOT / "wangdan"), "serve", "--port", str(self.port), "--processes", "1"]
        return subprocess.Popen(argv, cwd=ROOT, env=self.environment(role, **more), stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)

    def stop(self, process: "subprocess.Popen[str]") -> None:
        """Stop it and see that it went cleanly."""
        process.send_signal(signal.SIGTERM)
        rest, _ = process.communicate(timeout=60)
        assert (process.returncode, rest.splitlines()[-1]) == (0, "wangdan: stopped")


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """The server, set up by the owner with `upgrade`; nobody is in it yet."""
    folder = tmp_path_factory.mktemp("real")
    cluster = Cluster(folder / "pg", loose=True).start()
    with psycopg.connect(cluster.url("postgres"), autocommit=True) as connection:
        connection.execute("CREATE ROLE owner LOGIN")
        connection.execute("CREATE ROLE app LOGIN")
        connection.execute("CREATE DATABASE shop OWNER owner")
        connection.execute("CREATE DATABASE again OWNER owner")
    made = House(cluster, folder / "data", free_port())
    done = made.run("upgrade")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "kernel.0001_initial" in done.stdout
    done = made.run("manage", "app_role", "app")
    assert done.returncode == 0, done.stderr
    yield made
    cluster.remove()


@pytest.fixture(scope="module")
def running(house: House) -> Iterator["subprocess.Popen[str]"]:
    """It serves as the application role, with its first administrator."""
    process = house.serve()
    until_ready(process)
    made = house.run("admin", "create", "ada", said=f"{PASSWORD}\n")
    assert made.returncode == 0, made.stderr
    yield process
    if process.poll() is None:
        house.stop(process)


def enter(house: House) -> httpx.Client:
    """The administrator logs in as people do."""
    client = httpx.Client(base_url=f"http://127.0.0.1:{house.port}", follow_redirects=True, timeout=20)
    page = client.get("/login").text
    token, nonce = (re.search(rf'name="{name}" value="([^"]+)"', page) for name in ("csrfmiddlewaretoken", "nonce"))
    assert token
    form = {"csrfmiddlewaretoken": token[1], "username": "ada", "password": PASSWORD, **({"nonce": nonce[1]} if nonce else {})}
    client.post("/login", data=form)
    return client


def test_the_first_administrator_enters_the_office(house: House, running: "subprocess.Popen[str]"):
    """And changes an option; web and worker have the rights they need and the site says it is well."""
    assert healthy(house.port)
    with closing(enter(house)) as client:
        assert client.get("/office/options").status_code == 200
    assert (house.data / "secrets.json").stat().st_mode & 0o777 == 0o600
    with psycopg.connect(house.url("app")) as connection:
        assert connection.execute("SELECT count(DISTINCT act) FROM kernel_journal WHERE operation = 'accounts.install_admin'").fetchone() == (1,)


def test_a_name_that_exists_is_told_and_a_bad_password_too(house: House, running: "subprocess.Popen[str]"):
    """Exit 1, one line, nobody new."""
    for name, password, code in (("ada", PASSWORD, "accounts.name_taken"), ("bea", "12345678", "accounts.password_common")):
        told = house.run("admin", "create", name, said=password + "\n")
        assert (told.returncode, code in told.stderr, "Traceback" in told.stderr) == (1, True, False)
    with psycopg.connect(house.url("app")) as connection:
        assert connection.execute("SELECT count(*) FROM accounts_person").fetchone() == (1,)


@pytest.mark.parametrize("table", APPEND_ONLY)
@pytest.mark.parametrize("statement", ["DELETE FROM {}", "UPDATE {} SET id = id", "TRUNCATE {}", "DROP TABLE {}", "ALTER TABLE {} ADD x int"])
def test_the_application_role_cannot_rewrite_history(house: House, running: "subprocess.Popen[str]", table: str, statement: str):
    """Not the journal, not the ledger, not the moves, not who agreed to what; and it makes and drops nothing."""
    with psycopg.connect(house.url("app")) as connection, pytest.raises(psycopg.errors.InsufficientPrivilege):
        connection.execute(statement.format(table))


def test_a_backup_of_the_running_system_comes_back_in_an_empty_one_only(house: House, running: "subprocess.Popen[str]", tmp_path: Path):
    """Database, files and secret, checked; the way back refuses what is damaged and where something is."""
    media = house.data / "media" / "public" / "ab"
    media.mkdir(parents=True, exist_ok=True)
    (media / "ab-640.webp").write_bytes(b"picture" * 1000)
    file, other = tmp_path / "kept.tar", tmp_path / "other"
    made = house.run("backup", str(file), role="app")
    assert made.returncode == 0, made.stderr
    assert file.stat().st_mode & 0o777 == 0o600
    again = house.run("backup", str(file))
    assert (again.returncode, "overwrites nothing" in again.stderr) == (1, True)
    full = house.run("restore", str(file), "--data", str(other))
    assert (full.returncode, "not empty" in full.stderr) == (1, True)
    raw = bytearray(file.read_bytes())
    raw[raw.index(b"picturepicture")] ^= 1
    (tmp_path / "bad.tar").write_bytes(raw)
    to = {"DATABASE_URL": house.url("owner", "again"), "WANGDAN_DATA": str(other)}
    bad = house.run("restore", str(tmp_path / "bad.tar"), **to)
    assert (bad.returncode, "damaged: media/public/ab/ab-640.webp" in bad.stderr) == (1, True)
    assert keeping.is_empty(house.url("owner", "again"))
    good = house.run("restore", str(file), **to)
    assert good.returncode == 0, good.stdout + good.stderr
    assert re.search(r"check: (\d+) of \1 invariants hold", good.stdout)
    assert (other / "media" / "public" / "ab" / "ab-640.webp").read_bytes() == b"picture" * 1000
    assert json.loads((other / "secrets.json").read_text()) == json.loads((house.data / "secrets.json").read_text())
    with psycopg.connect(house.url("owner", "again")) as connection:
        assert connection.execute("SELECT username FROM accounts_person").fetchall() == [("ada",)]


def test_an_archive_that_reaches_out_of_its_folder_is_refused(tmp_path: Path):
    """Whoever made it."""
    bad = tmp_path / "bad.tar"
    with tarfile.open(bad, "w") as archive:
        archive.addfile(tarfile.TarInfo("media/../../there"))
    with pytest.raises(keeping.KeepingError, match="does not belong"):
        keeping.read(bad)


def test_stopped_cleanly_upgraded_and_demo_people_refused(house: House, running: "subprocess.Popen[str]"):
    """Not while it serves; a backup first; the role keeps its rights. Then somebody has the demo's password, and nothing starts."""
    busy = house.run("upgrade")
    assert (busy.returncode, "already runs" in busy.stderr) == (1, True)
    family = children(running.pid)
    house.stop(running)
    assert [pid for pid in family if Path(f"/proc/{pid}").exists()] == []
    done = house.run("upgrade")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "nothing to migrate" in done.stdout
    assert "app: reads and writes" in done.stdout
    assert [path.stat().st_mode & 0o777 for path in (house.data / "backups").iterdir()] == [0o600]
    with psycopg.connect(house.url("owner")) as connection:
        connection.execute("DELETE FROM django_migrations WHERE app = 'kernel' AND name = '0003_trouble'")
    old = house.serve()
    said, _ = old.communicate(timeout=60)
    assert (old.returncode, "older release (1 migrations are missing)" in said) == (1, True)
    with psycopg.connect(house.url("owner")) as connection:
        connection.execute("INSERT INTO django_migrations (app, name, applied) VALUES ('kernel', '0003_trouble', now())")
    demo = house.run("admin", "create", "buyer", said="wangdan-demo\n", WANGDAN_DEMO="1")
    assert (demo.returncode, "password_common" in demo.stderr) == (1, True), "the demo's password is a common one here"
    with psycopg.connect(house.url("owner")) as connection:
        code = "from django.contrib.auth.hashers import make_password; print(make_password('wangdan-demo'))"
        hashed = house.run("manage", "shell", "-v", "0", "-c", code).stdout.strip()
        connection.execute("UPDATE accounts_person SET username = 'buyer', password = %s", [hashed])
    refused = house.serve()
    said, _ = refused.communicate(timeout=60)
    assert (refused.returncode, "the demo's password, which everybody knows: buyer" in said) == (1, True)


GOOD = {"WANGDAN_ALLOWED_HOSTS": "shop.example.com", "WANGDAN_PUBLIC_URL": "https://shop.example.com"}


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({}, []),
        ({"WANGDAN_ALLOWED_HOSTS": ".example.com"}, []),
        ({"WANGDAN_ALLOWED_HOSTS": ""}, ["WANGDAN_ALLOWED_HOSTS must name"]),
        ({"WANGDAN_ALLOWED_HOSTS": "*"}, ["WANGDAN_ALLOWED_HOSTS must name"]),
        ({"WANGDAN_ALLOWED_HOSTS": "other.example.com"}, ["does not name shop.example.com"]),
        ({"WANGDAN_PUBLIC_URL": ""}, ["WANGDAN_PUBLIC_URL must be the address"]),
        ({"WANGDAN_PUBLIC_URL": "http://shop.example.com"}, ["must be https"]),
        ({"WANGDAN_DEMO": "1", "WANGDAN_CLOCK": "+1d"}, ["WANGDAN_DEMO belongs", "WANGDAN_CLOCK belongs"]),
        ({"WANGDAN_SANDBOX_URL": "http://127.0.0.1:9"}, ["belong together"]),
        ({"WANGDAN_PAYMENT_METHODS": "cod,gold"}, ["no 'gold'"]),
        ({"WANGDAN_PAYMENT_METHODS": "sandbox,cod"}, ["does not say where it is"]),
    ],
)
def test_a_production_system_is_told_what_is_wrong_with_its_environment(change: dict[str, str], told: list[str]):
    """Everything at once, one sentence each."""
    found = faults(GOOD | change)
    assert len(found) == len(told)
    assert all(part in sentence for part, sentence in zip(told, found, strict=True))


def test_serve_without_its_settings_says_so(tmp_path: Path):
    """Exit 2 before anything is touched."""
    done = subprocess.run(
        [str(ROOT / "wangdan"), "serve", "--data", str(tmp_path / "d")], cwd=ROOT, env=clean(), capture_output=True, text=True, check=False
    )
    assert (done.returncode, len(done.stderr.splitlines()), (tmp_path / "d").exists()) == (2, 2, False)


@pytest.mark.parametrize(("subdomains", "left"), [("1", []), ("", ["security.W005", "security.W021"])])
def test_djangos_deployment_check_is_clean(tmp_path: Path, subdomains: str, left: list[str]):
    """Behind TLS nothing is left to warn of but HSTS of other hosts of the domain, which only their owner can decide: WANGDAN_HSTS_SUBDOMAINS."""
    environment = clean() | GOOD | {"WANGDAN_DATA": str(tmp_path), "WANGDAN_HSTS_SUBDOMAINS": subdomains, "DATABASE_URL": os.environ["DATABASE_URL"]}
    (tmp_path / "secrets.json").write_text(json.dumps({"key": "k9-xQ7.wT" * 6, "sandbox": ""}))
    done = subprocess.run(
        [str(ROOT / "wangdan"), "manage", "check", "--deploy", "--fail-level", "ERROR"],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert re.findall(r"security\.W\d+", done.stderr) == left
