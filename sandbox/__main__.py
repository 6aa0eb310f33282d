"""`python -m sandbox --port N --data DIR`: runs the outside world until SIGTERM or Ctrl-C."""

import argparse
import asyncio
import logging
import os
import signal
import sys
import warnings
from pathlib import Path

from granian.constants import Interfaces
from granian.server.embed import Server

from sandbox.app import build


async def _serve(port: int, data: Path, secret: str, shop_url: str) -> None:
    server = Server(build(data, secret, shop_url), address="127.0.0.1", port=port, interface=Interfaces.ASGI, log_access=False)
    for name in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(name, server.stop)
    sys.stdout.write(f"SANDBOX http://127.0.0.1:{port}\n")
    sys.stdout.flush()
    await server.serve()


def main() -> int:
    """Read the command line and serve."""
    parser = argparse.ArgumentParser(prog="python -m sandbox", description="bank, couriers, SMS and mail for Wangdan")
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--data", type=Path, required=True, help="folder of the journal")
    given = parser.parse_args()
    secret = os.environ.get("WANGDAN_SANDBOX_SECRET", "")
    if not secret:
        sys.stderr.write("WANGDAN_SANDBOX_SECRET is not set: nothing could be signed\n")
        return 2
    logging.getLogger("_granian").setLevel(logging.ERROR)
    warnings.simplefilter("ignore")
    asyncio.run(_serve(given.port, given.data, secret, os.environ.get("WANGDAN_PUBLIC_URL", "http://127.0.0.1:8000")))
    sys.stdout.flush()
    os._exit(0)  # the embedded server's own threads may outlive the loop and would abort an interpreter that is being taken down


if __name__ == "__main__":
    raise SystemExit(main())
