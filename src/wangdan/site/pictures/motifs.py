"""Every drawing by name, and the palette in which the pages show the first sixteen."""

from types import ModuleType

from wangdan.site.pictures import carried, first, living, powered, table
from wangdan.site.pictures.paint import Motif


def _drawn_in(module: ModuleType) -> dict[str, Motif]:
    return {name: each for name, each in vars(module).items() if getattr(each, "__module__", "") == module.__name__ and not name.startswith("_")}


MOTIFS: dict[str, Motif] = {name: each for module in (first, living, table, carried, powered) for name, each in _drawn_in(module).items()}
OWN = {
    "armchair": "pine", "sidetable": "sand", "floorlamp": "mist", "desklamp": "pine", "bookshelf": "clay", "blanket": "clay", "cushion": "sand",
    "cup": "mist", "kettle": "pine", "vase": "clay", "headphones": "mist", "phonestand": "sand", "speaker": "plum", "keyboard": "pine",
    "clock": "sand", "basket": "clay",
}  # fmt: skip
"""Motif → palette of the static pictures."""
