"""Helpers of the demo's past in processes of their own, so that it takes both cores: they get lines and end when there are no more."""

import dataclasses
import json
import subprocess
import sys
import tempfile
from datetime import datetime

from wangdan.kernel import clock
from wangdan.site.demo.plans import Plan


class Beside:
    """A command of `manage` that reads its input line by line."""

    def __init__(self, *command: str) -> None:
        """Start it."""
        self._said = tempfile.TemporaryFile()  # noqa: SIM115 - closed with the process
        self._command = command
        argv = [sys.executable, "-m", "django", *command]
        self._process = subprocess.Popen(argv, stdin=subprocess.PIPE, stdout=self._said, stderr=self._said, text=True)

    def tell(self, line: str) -> None:
        """One line for it; raises with its words when it has died."""
        assert self._process.stdin is not None
        try:
            self._process.stdin.write(line + "\n")
            self._process.stdin.flush()
        except BrokenPipeError:
            self.close()
            raise

    def close(self) -> None:
        """No more lines: let it do what is left. Raises with its words when it could not."""
        self._process.communicate()
        self._said.seek(0)
        said = self._said.read().decode(errors="replace")
        self._said.close()
        if self._process.returncode:
            message = f"{' '.join(self._command)} failed:\n{said[-4000:]}"
            raise RuntimeError(message)


class HandsBeside(Beside):
    """Shops, warehouses and carriers beside the buyers."""

    def __init__(self) -> None:
        """Start them."""
        super().__init__("demo_hands")

    def take(self, no: str, plan: Plan, buyer: str) -> None:
        """An order is theirs from now on."""
        self.tell(json.dumps({"at": clock.now().isoformat(), "no": no, "plan": dataclasses.asdict(plan), "buyer": buyer}))

    def finish(self, until: datetime) -> None:
        """Let everything happen up to a moment."""
        self.tell(json.dumps({"at": until.isoformat()}))
        self.close()


class ClerkBeside(Beside):
    """The clerk beside everybody; it looks by itself."""

    def __init__(self) -> None:
        """Start it."""
        super().__init__("demo_clerk")

    def work(self) -> int:
        """It works all the time."""
        return 0

    def finish(self) -> None:
        """Let it do what is left."""
        self.close()
