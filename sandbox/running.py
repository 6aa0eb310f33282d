"""Starts and stops the outside world as a real process, for tests and drills."""

import json
import os
import secrets
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import httpx

from sandbox.seal import sign

_ROOT = Path(__file__).resolve().parent.parent
_PATIENCE_SECONDS = 60.0


def free_port() -> int:
    """A port of the loopback that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Running:
    """One process of the sandbox; `start` again after `kill` keeps journal and port."""

    def __init__(self, data: Path, *, secret: str = "", shop_url: str = "http://127.0.0.1:9") -> None:
        """Nothing runs yet."""
        self.data, self.secret, self.shop_url = data, secret or secrets.token_hex(16), shop_url
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.client = httpx.Client(base_url=self.url, timeout=10, trust_env=False)
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> "Running":
        """Start and wait until it answers."""
        env = os.environ | {"WANGDAN_SANDBOX_SECRET": self.secret, "WANGDAN_PUBLIC_URL": self.shop_url}
        command = [sys.executable, "-m", "sandbox", "--port", str(self.port), "--data", str(self.data)]
        self._process = subprocess.Popen(command, env=env, cwd=_ROOT, stdout=subprocess.DEVNULL)
        until = time.monotonic() + _PATIENCE_SECONDS
        while time.monotonic() < until:
            try:
                self.client.get("/healthz")
            except httpx.HTTPError:
                time.sleep(0.03)
            else:
                return self
        message = "the sandbox does not answer"
        raise TimeoutError(message)

    def kill(self, how: signal.Signals = signal.SIGKILL) -> int:
        """End the process; its exit code."""
        if self._process is None:
            return 0
        self._process.send_signal(how)
        code = self._process.wait(_PATIENCE_SECONDS)
        self._process = None
        return code

    def stop(self) -> int:
        """End it politely."""
        return self.kill(signal.SIGTERM)

    def call(self, method: str, path: str, document: dict[str, Any] | None = None) -> httpx.Response:
        """A signed call, as the shop makes it."""
        body = json.dumps(document).encode() if document is not None else b""
        return self.client.request(method, path, content=body, headers=sign(self.secret, method, path, body))

    def fault(self, target: str, mode: str, count: int = 1, **more: Any) -> None:
        """Set a fault."""
        self.client.post("/faults", json={"target": target, "mode": mode, "count": count, **more}).raise_for_status()
