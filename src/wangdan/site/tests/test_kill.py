"""Kill -9 of every part while people buy: nothing acknowledged is lost, nothing is there twice, the bank and we agree to the fen."""

import json
import os
import random
import re
import secrets
import signal
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import psycopg
import pytest

from sandbox.seal import sign
from tests.journeys.conftest import free_port
from wangdan.site.embedded import Cluster
from wangdan.site.supervisor import ROOT
from wangdan.site.tests import datasets
from wangdan.site.tests.test_up import children, clean, healthy, until_ready, up

pytestmark = pytest.mark.long
BUYERS = 6
ROUNDS, BETWEEN = 4, 3
"""How often each part is killed, and how many purchases there must be between two kills: the slower the machine, the longer the drill."""
QUIET_SECONDS = 240.0
PARTS = ("granian", "procrastinate worker", "postgres -D", "-m sandbox")
PAID = {"awaiting_acceptance", "in_audit"}
"""What a paid order is: who buys that often is looked at by the auditors now and then."""
PASSWORD = "drill-Qx7-ladder"


@dataclass
class Bought:
    """One purchase that was acknowledged to its buyer."""

    key: str
    orders: list[str]
    attempt: str
    amount: int
    paid: bool = False
    cancelled: bool = False


@dataclass
class Buyer:
    """A client that never gives up: what it has no answer to is sent again with the same key; its log is what it was told."""

    url: str
    name: str
    stop: threading.Event
    dice: random.Random
    token: str = ""
    log: list[Bought] = field(default_factory=list)
    unknown: int = 0
    bug: BaseException | None = None
    address: int = 0
    client: httpx.Client = field(default_factory=lambda: httpx.Client(timeout=20, trust_env=False))

    def send(self, method: str, url: str, body: Any = None, key: str = "") -> httpx.Response:
        """Send until there is an answer that means something: not a broken line, not a 5xx."""
        headers = (
            {"Accept": "application/json"}
            | ({"Idempotency-Key": key} if key else {})
            | ({"Authorization": f"Bearer {self.token}"} if self.token else {})
        )
        until = time.monotonic() + QUIET_SECONDS
        while True:
            try:
                answer = self.client.request(method, url, json=body, headers=headers)
            except httpx.HTTPError:
                answer = None
            if answer is not None and answer.status_code < 500:
                return answer
            self.unknown += 1
            if time.monotonic() > until:
                message = f"{self.name}: no answer to {method} {url}: {answer.text[:300] if answer is not None else 'silence'}"
                raise TimeoutError(message)
            time.sleep(0.2)

    def api(self, method: str, path: str, body: Any = None, key: str = "") -> httpx.Response:
        """A call of our API."""
        return self.send(method, f"{self.url}/api/v1{path}", body, key)

    def good(self, method: str, path: str, body: Any = None, key: str = "") -> Any:
        """A call that must go well."""
        answer = self.api(method, path, body, key)
        assert answer.is_success, f"{method} {path} → {answer.status_code} {answer.text[:500]}"
        return answer.json()

    def enter(self) -> None:
        """Register, with an address."""
        self.token = self.good("POST", "/auth/register", {"username": self.name, "password": PASSWORD, "accept_terms": True}, f"r-{self.name}")[
            "token"
        ]
        place = {"province": "浙江省", "city": "杭州市", "district": "余杭区", "street": "仓前街道", "detail": "云溪路 20 号"}
        self.address = self.good("POST", "/addresses", {"name": "买家", "phone": "13800006021", **place}, f"a-{self.name}")["id"]

    def run(self) -> None:
        """Buy until told to stop; every purchase is paid, called off, or both."""
        try:
            goods = [one for one in self.good("GET", "/products?limit=60")["items"] for one in one["skus"] if one["available"] > 5]
            while not self.stop.is_set():
                self.buy(self.dice.choice(goods)["id"])
        except BaseException as bug:  # noqa: BLE001 - shown by the test
            self.bug = bug

    def buy(self, sku: int) -> None:
        """Ask the price, place, and decide what becomes of it."""
        wanted = {"lines": [{"sku": sku, "quantity": 1}], "address": self.address, "delivery": "courier"}
        quote = self.api("POST", "/checkout/quote", wanted)
        if not quote.is_success:
            return
        key = secrets.token_urlsafe(12)
        answer = self.api("POST", "/checkout/place", {**wanted, "payment_method": "sandbox", "expected_total": quote.json()["total"]}, key)
        if answer.status_code != 201:
            assert answer.status_code == 409, answer.text
            return
        told = answer.json()
        pay_url = told["payment"]["pay_url"]
        mine = Bought(key, [each["no"] for each in told["orders"]], "", told["total"])
        self.log.append(mine)
        fate = self.dice.random()
        if fate < 0.85:
            paid = self.send("POST", f"{pay_url}/pay")
            assert paid.is_success, paid.text
            mine.attempt, mine.paid = paid.json()["attempt_no"], True
        if fate > 0.7:
            for no in mine.orders:
                self.good("POST", f"/orders/{no}/cancel", {"reason": "不要了"}, f"c-{no}")
            mine.cancelled = True

    def settled(self) -> list[str]:
        """Orders that are not yet what they must become."""
        waiting = []
        for mine in self.log:
            wanted = {"cancelled"} if mine.cancelled else PAID if mine.paid else {"awaiting_payment"}
            waiting += [f"{no} {now}" for no in mine.orders if (now := self.good("GET", f"/orders/{no}")["status"]) not in wanted]
        return waiting

    def listed(self) -> list[str]:
        """The numbers of all orders the buyer has, by the API."""
        found, cursor = [], ""
        while True:
            page = self.good("GET", f"/orders?limit=100{cursor}")
            found += [each["no"] for each in page["items"]]
            if not page["next"]:
                return found
            cursor = f"&cursor={page['next']}"


@dataclass
class Drill:
    """A running system that is hurt."""

    process: "subprocess.Popen[str]"
    url: str
    sandbox: str
    data: Path
    kills: dict[str, int] = field(default_factory=dict)

    def kill(self, part: str, dice: random.Random) -> None:
        """Kill -9 one process of the part, any of them."""
        victims = []
        for pid in children(self.process.pid):
            try:
                if part in Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode():
                    victims.append(pid)
            except (FileNotFoundError, ProcessLookupError):
                continue
        if victims:
            os.kill(dice.choice(victims), signal.SIGKILL)
            self.kills[part] = self.kills.get(part, 0) + 1

    def rows(self, sql: str) -> list[tuple[Any, ...]]:
        """Read from the database itself."""
        cluster, note = Cluster(self.data), self.data / "database.json"
        if note.exists():
            cluster.home = Path(json.loads(note.read_text("utf-8"))["home"])
        with psycopg.connect(cluster.url(), autocommit=True) as connection:
            return connection.execute(sql).fetchall()

    def bills(self, since: datetime) -> list[dict[str, Any]]:
        """What the bank says it took and gave back."""
        secret = json.loads((self.data / "secrets.json").read_text("utf-8"))["sandbox"]
        found, day = [], since.date()
        while day <= datetime.now(UTC).date():
            path = f"/bank/bills?date={day.isoformat()}"
            found += httpx.get(self.sandbox + path, headers=sign(secret, "GET", path, b""), timeout=20).raise_for_status().json()["items"]
            day += timedelta(days=1)
        return found


@pytest.fixture(scope="module")
def drill(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Drill]:
    """`./wangdan up` in a folder of its own, with one shop whose goods a replay lays in: more pieces than one order may have, so they stay."""
    folder, port = tmp_path_factory.mktemp("kill"), free_port()
    data = folder / "var"
    process = up("--port", str(port), "--data", str(data), "--no-demo")
    said = until_ready(process)
    sandbox = re.search(r"SANDBOX (\S+)", said)
    assert sandbox is not None
    threading.Thread(target=process.communicate, daemon=True).start()
    goods = datasets.retail(folder / "goods", [(f"S{at}", "1", [(f"G{at}", f"GOODS {at}", 5000, "9.90")]) for at in range(30)])
    wangdan("replay", "online-retail", str(goods), "--data", str(data))
    yield Drill(process, f"http://127.0.0.1:{port}", sandbox.group(1), data)
    process.send_signal(signal.SIGTERM)
    process.wait(60)


def wangdan(*arguments: str) -> None:
    """Run a command that must go well."""
    done = subprocess.run([str(ROOT / "wangdan"), *arguments], cwd=ROOT, env=clean(), check=False, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr


def wait(what: Callable[[], Any], seconds: float = QUIET_SECONDS) -> Any:
    """Ask until nothing is left, or the time is over; returns what is left."""
    until = time.monotonic() + seconds
    while (left := what()) and time.monotonic() < until:
        time.sleep(0.5)
    return left


def bought(buyers: list[Buyer]) -> int:
    """How many purchases were acknowledged so far."""
    return sum(len(buyer.log) for buyer in buyers)


def test_nothing_acknowledged_is_lost_when_parts_are_killed(drill: Drill):
    """Web, worker, sandbox and database die again and again under six buyers; afterwards every order is there once and the money agrees."""
    began, stop, dice = datetime.now(UTC), threading.Event(), random.Random(7)
    port = int(drill.url.rpartition(":")[2])
    buyers = [Buyer(drill.url, f"drill{at}{secrets.token_hex(3)}", stop, random.Random(at)) for at in range(BUYERS)]
    for buyer in buyers:
        buyer.enter()
    threads = [threading.Thread(target=buyer.run) for buyer in buyers]
    for thread in threads:
        thread.start()
    for part in PARTS * ROUNDS:
        before = bought(buyers)
        drill.kill(part, dice)
        wait(lambda before=before: bought(buyers) < before + BETWEEN, seconds=90)
        time.sleep(dice.uniform(0, 2))
    stop.set()
    for thread in threads:
        thread.join(QUIET_SECONDS)
    assert [buyer.bug for buyer in buyers if buyer.bug] == []
    assert drill.kills == dict.fromkeys(PARTS, ROUNDS)
    assert healthy(port)
    _agree(drill, buyers, began)


def _agree(drill: Drill, buyers: list[Buyer], began: datetime) -> None:
    """Everything comes to rest, then: every acknowledged order once, no other; bank and we agree; every invariant holds."""
    log = [mine for buyer in buyers for mine in buyer.log]
    print(f"{len(log)} purchases, {sum(b.unknown for b in buyers)} unanswered calls, kills {drill.kills}")  # noqa: T201 - figures of the drill
    assert len(log) >= len(PARTS) * ROUNDS * BETWEEN // 2
    assert wait(lambda: [text for buyer in buyers for text in buyer.settled()]) == []
    assert wait(lambda: drill.rows("SELECT no, status FROM payments_refund WHERE status <> 'done'")) == []
    assert wait(lambda: drill.rows("SELECT id, task_name FROM procrastinate_jobs WHERE status = 'doing' AND task_name NOT LIKE 'sweep:%'")) == []
    for buyer in buyers:
        listed = buyer.listed()
        assert len(listed) == len(set(listed))
        assert sorted(listed) == sorted(no for mine in buyer.log for no in mine.orders)
    bills = [bill for bill in drill.bills(began) if bill["attempt_no"] in {mine.attempt for mine in log}]
    taken = {bill["attempt_no"]: bill["amount"] for bill in bills if bill["kind"] == "payment"}
    assert taken == {mine.attempt: mine.amount for mine in log if mine.paid}
    ours = drill.rows("SELECT a.no, c.amount FROM payments_capture c JOIN payments_attempt a ON a.id = c.attempt_id WHERE c.gateway = 'sandbox'")
    assert {no: amount for no, amount in ours if no in taken} == taken
    back = {bill["no"]: bill["amount"] for bill in bills if bill["kind"] == "refund"}
    refunds = drill.rows("SELECT r.no, r.amount, a.no FROM payments_refund r JOIN payments_attempt a ON a.id = r.attempt_id WHERE r.status = 'done'")
    assert {no: amount for no, amount, attempt in refunds if attempt in taken} == back
    wangdan("check", "--data", str(drill.data))
