"""`manage fill`: what an empty database needs, and the demo world unless told otherwise."""

import gc
import os
from argparse import ArgumentParser
from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand
from django.db import connection

from wangdan.site import world
from wangdan.site.demo.build import build


class Command(BaseCommand):
    """Fill an empty database."""

    help = "Loads divisions, carriers and agreements; and the demo world, unless --no-demo."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Two switches."""
        parser.add_argument("--no-demo", action="store_true")
        parser.add_argument("--afresh", action="store_true", help="an earlier filling was interrupted: empty the database first")

    def handle(self, *_: Any, **options: Any) -> None:
        """Do it; a crash in between is answered by filling afresh, so commits need not wait for the disk."""
        if options["afresh"]:
            with connection.cursor() as cursor:
                cursor.execute("DROP SCHEMA public CASCADE")
                cursor.execute("CREATE SCHEMA public")
            call_command("migrate", verbosity=0)
        if options["no_demo"]:
            world.ground()
            return
        with connection.cursor() as cursor:
            cursor.execute("SET synchronous_commit = off")
        gc.freeze()
        gc.set_threshold(50_000)
        build(scale=float(os.environ.get("WANGDAN_DEMO_SCALE", "1")), workers=min(4, os.cpu_count() or 1), say=self.stdout.write)
        with connection.cursor() as cursor:
            cursor.execute("CHECKPOINT")
