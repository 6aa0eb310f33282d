"""`manage seed_orders N`: so many orders of two years by COPY, consistent in every table."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from wangdan.site.seeding import fill


class Command(BaseCommand):
    """Seed orders."""

    help = "Adds N orders over the last two years, with their money, stock, parcels and journal; `./wangdan check` stays clean."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """How many, and whether their past is written too."""
        parser.add_argument("count", type=int, metavar="N")
        parser.add_argument("--no-journal", action="store_true", help="leave the journal out: three times as fast, but `check` finds no past")

    def handle(self, *_: Any, **options: Any) -> None:
        """Do it, a line per ten thousand."""
        if not 0 < options["count"] <= fill.MOST:
            message = f"N is 1 to {fill.MOST:,}"
            raise CommandError(message)
        made = fill.seed(options["count"], journal=not options["no_journal"], say=self.stdout.write)
        self.stdout.write(self.style.SUCCESS(f"{made:,} orders"))
