"""A little shop that listens for what the sandbox pushes, on a real socket."""

import json
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from sandbox.seal import SealError, verify

SECRET = "s" * 32
"""What the shop and the sandbox of the tests share."""


class Shop:
    """Keeps every push it got: (path, document or None when the signature was wrong)."""

    def __init__(self, secret: str) -> None:
        """Listen on a free port."""
        self.secret, self.heard, self.status = secret, [], 200
        shop = self

        class Ear(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                try:
                    verify(shop.secret, "POST", self.path, body, self.headers)
                    shop.heard.append((self.path, json.loads(body)))
                    status = shop.status
                except SealError:
                    shop.heard.append((self.path, None))
                    status = 401
                self.send_response(status)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *_: Any) -> None:
                """Say nothing."""

        self.heard: list[tuple[str, dict[str, Any] | None]]
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Ear)
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def wait(self, count: int, seconds: float = 8) -> list[tuple[str, dict[str, Any] | None]]:
        """What was heard, once it is `count` pushes or the time is over."""
        until = time.monotonic() + seconds
        while len(self.heard) < count and time.monotonic() < until:
            time.sleep(0.02)
        return self.heard

    def close(self) -> None:
        """Stop listening."""
        self._server.shutdown()
        self._server.server_close()
