"""A person in a browser: goes, reads, presses, and notices every fault of a page."""

import json
import re
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx
from playwright.sync_api import Locator, Page, Request, expect

PASSWORD = "wangdan-demo"
HTML_LIMIT = 60 * 1024
AXE = Path(__file__).resolve().parents[1] / "data" / "axe" / "axe.min.js"
_REFUSED = re.compile(r"status of (?:409|422)")
"""What the console says of a form that came back with its reason: a refusal, no fault."""


class Person:
    """Somebody at a page; `faults` collects console errors, foreign requests, axe findings, sideways scrolling, heavy pages."""

    def __init__(self, page: Page, url: str, sandbox: str, *, scripts: bool = True) -> None:
        """Sit down before an empty page; axe needs scripts, so without them it does not look."""
        self.page, self.url, self.sandbox, self.scripts = page, url, sandbox, scripts
        self.faults: list[str] = []
        page.set_default_timeout(30_000)
        page.on(
            "console",
            lambda message: self._note(f"console: {message.text}") if message.type == "error" and not _REFUSED.search(message.text) else None,
        )
        page.on("pageerror", lambda error: self._note(f"script: {error}"))
        page.on("request", self._watch)

    def _note(self, fault: str) -> None:
        self.faults.append(f"{urlsplit(self.page.url).path}: {fault}")

    def _watch(self, request: Request) -> None:
        if not request.url.startswith((self.url, self.sandbox, "data:")):
            self._note(f"request outside the origin: {request.url}")

    def go(self, path: str) -> "Person":
        """Open a path of the site and look at the page."""
        answer = self.page.goto(path if path.startswith("http") else self.url + path)
        assert answer is not None
        assert answer.status < 400, f"{path} → {answer.status}"
        if len(answer.body()) > HTML_LIMIT:
            self._note(f"HTML of {len(answer.body())} bytes")
        return self.look()

    def look(self) -> "Person":
        """Check the page as it stands: no sideways scrolling, no serious axe fault, no untranslated or broken text."""
        wide = self.page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        if wide > 1:
            self._note(f"scrolls sideways by {wide} px")
        if self.scripts and self.page.url.startswith(self.url):
            self._axe()
        return self

    def _axe(self) -> None:
        source = AXE.read_text("utf-8")
        run = "axe.run(document, {resultTypes: ['violations']}).then(r => JSON.stringify(r.violations.map(v => [v.impact, v.id, v.nodes.slice(0, 2).map(n => n.html)])))"
        found: list[Any] = json.loads(self.page.evaluate(f"() => {{ {source}; return {run} }}"))
        for impact, name, nodes in found:
            if impact in {"serious", "critical"}:
                self._note(f"axe {impact} {name}: {nodes}")

    def log_in(self, name: str, password: str = PASSWORD) -> "Person":
        """Log in by the form, as people do."""
        self.go("/login")
        self.page.fill("input[name=username]", name)
        self.page.fill("input[name=password]", password)
        self.page.locator("form:has(input[name=password]) button[type=submit], form:has(input[name=password]) button:not([type])").first.click()
        self.page.wait_for_url(lambda url: "/login" not in url)
        return self

    def press(self, text: str, *, exact: bool = False) -> "Person":
        """Press the visible button or link with this text, then look at where it led."""
        wanted = re.compile(rf"^\s*{re.escape(text)}\s*$") if exact else text
        found: Locator = self.page.locator("a:visible, button:visible, summary:visible").filter(has_text=wanted)
        found.first.click()
        self.page.wait_for_load_state()
        return self.look()

    def reads(self, text: str) -> "Person":
        """The page shows this text."""
        expect(self.page.locator("body")).to_contain_text(text)
        return self

    def misses(self, text: str) -> "Person":
        """The page does not show this text."""
        expect(self.page.locator("body")).not_to_contain_text(text)
        return self

    def waits_for(self, path: str, text: str) -> "Person":
        """Come back to the page until it shows the text: the worker or the other side needs a moment."""
        for _ in range(60):
            self.page.goto(self.url + path)
            if text in self.page.locator("body").inner_text():
                return self.look()
            self.page.wait_for_timeout(500)
        return self.reads(text)

    def messages(self, to: str) -> list[dict[str, Any]]:
        """What the sandbox delivered to a phone or mail address."""
        answer = httpx.get(f"{self.sandbox}/messages", params={"to": to}, headers={"Accept": "application/json"}, timeout=10)
        found = answer.raise_for_status().json()
        return list(found["items"] if isinstance(found, dict) else found)

    def hears(self, to: str, *words: str) -> bool:
        """Whether the SMS or mail sandbox delivered one message with all these words, now or within half a minute."""
        for _ in range(60):
            if any(all(word in f"{each['subject']} {each['text']}" for word in words) for each in self.messages(to)):
                return True
            self.page.wait_for_timeout(500)
        return False

    def sees(self, path: str) -> bool:
        """Whether the page exists for this person; that it does not is no fault of the page."""
        before = list(self.faults)
        answer = self.page.goto(self.url + path)
        self.page.wait_for_timeout(100)
        there = answer is not None and answer.status < 400
        if not there:
            self.faults = before
        return there

    def submit(self, text: str) -> "Person":
        """Press the form's button with this text and look at where it led."""
        self.page.locator("main button:visible", has_text=text).first.click()
        self.page.wait_for_load_state()
        return self.look()

    def courier(self, waybill: str, *events: str) -> "Person":
        """The courier moves a parcel."""
        for event in events:
            httpx.post(f"{self.sandbox}/parcels/{waybill}/{event}", timeout=10).raise_for_status()
        return self
