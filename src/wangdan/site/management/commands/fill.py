"""`manage fill`: what an empty database needs, and the demo world unless told otherwise."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from wangdan.site import world


class Command(BaseCommand):
    """Fill an empty database."""

    help = "Loads divisions, carriers and agreements; and the demo world, unless --no-demo."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """One switch."""
        parser.add_argument("--no-demo", action="store_true")

    def handle(self, *_: Any, **options: Any) -> None:
        """Do it."""
        world.ground()
        if not options["no_demo"]:
            world.demo()
