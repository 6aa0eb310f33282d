"""`manage demo_clerk`: the clerk of the demo's past, beside `fill`; works until its input is closed."""

import gc
import os
import selectors
import sys
from typing import Any

from django.core.management.base import BaseCommand
from django.db import connection

from wangdan.site.demo.clerk import Clerk

_PAUSE_SECONDS = 0.03


class Command(BaseCommand):
    """Empty the table of jobs as the past goes on."""

    help = "Runs beside `fill`: reactions and errands of the demo's past, at their moment."

    def handle(self, *_: Any, **__: Any) -> None:
        """Work; look whether the input is closed; work once more and end."""
        with connection.cursor() as cursor:
            cursor.execute("SET synchronous_commit = off")
        gc.freeze()
        gc.set_threshold(50_000)
        clerk, over = Clerk(), False
        with selectors.DefaultSelector() as watch:
            watch.register(sys.stdin, selectors.EVENT_READ)
            while True:
                if not clerk.work() and over:
                    return
                over = over or any(not os.read(key.fd, 1) for key, _ in watch.select(_PAUSE_SECONDS))
