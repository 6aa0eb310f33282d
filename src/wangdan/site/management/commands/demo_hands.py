"""`manage demo_hands`: shops, warehouses and carriers of the demo's past, beside `fill`; lives up to the moment of each line it reads."""

import gc
import json
import sys
from datetime import datetime
from random import Random
from typing import Any

from django.core.management.base import BaseCommand
from django.db import connection

from wangdan.kernel import clock
from wangdan.site.demo.hands import Hands
from wangdan.site.demo.plans import Plan
from wangdan.site.demo.timeline import Timeline


class Command(BaseCommand):
    """Serve the orders that `fill` hands over."""

    help = "Runs beside `fill`: what shops, warehouses and carriers did in the demo's past."

    def handle(self, *_: Any, **__: Any) -> None:
        """One order a line, in the order of time; a line without an order says how far to live."""
        with connection.cursor() as cursor:
            cursor.execute("SET synchronous_commit = off")
        gc.freeze()
        gc.set_threshold(50_000)
        timeline = Timeline(Random(20261125))  # noqa: S311 - the same past every time
        hands = Hands(timeline)
        for line in sys.stdin:
            said = json.loads(line)
            moment = datetime.fromisoformat(said["at"])
            timeline.run(moment)
            if "no" in said:
                with clock.at(moment):
                    hands.take(said["no"], Plan(**said["plan"]), said["buyer"])
