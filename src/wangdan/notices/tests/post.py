"""The post of a test: runs the jobs that operations left, against a real sandbox, and shows what arrived."""

from dataclasses import dataclass, field
from typing import Any

from procrastinate.contrib.django.models import ProcrastinateJob

from sandbox.running import Running
from wangdan.kernel.errand import ERRANDS
from wangdan.kernel.jobs import REACTION, run_reaction

_ERRAND = "errand:notices.send"


@dataclass
class Post:
    """What the worker would do for notices: their reactions, and their errands when `send` says so."""

    sandbox: Running | None = None
    done: set[int] = field(default_factory=set)

    def __post_init__(self) -> None:
        """What other tests left is none of ours: procrastinate's tables are not emptied."""
        self.done.update(ProcrastinateJob.objects.values_list("id", flat=True))

    def jobs(self, task: str) -> list[ProcrastinateJob]:
        """Jobs of a task that this post has not run yet, oldest first."""
        return [job for job in ProcrastinateJob.objects.filter(task_name=task).order_by("id") if job.id not in self.done]

    def react(self, *, twice: bool = False) -> "Post":
        """Run the reactions of notices to every fact so far."""
        for job in self.jobs(REACTION):
            self.done.add(job.id)
            if job.args["reaction"].startswith("notices."):
                run_reaction(**job.args)
                if twice:
                    run_reaction(**job.args)
        return self

    def send(self) -> "Post":
        """Run the errands that wait."""
        for job in self.jobs(_ERRAND):
            self.done.add(job.id)
            ERRANDS["notices.send"](**job.args)
        return self

    def to(self, address: str) -> list[dict[str, Any]]:
        """What the sandbox has for a number or address, the newest first."""
        assert self.sandbox is not None
        return list(self.sandbox.client.get("/messages", params={"to": address}).json()["items"])
