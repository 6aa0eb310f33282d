"""`python -m wangdan.site.pictures FOLDER [--all]`: writes the drawings as SVG, each in its own palette or in all five."""

import argparse
from pathlib import Path

from wangdan.site.pictures import paint
from wangdan.site.pictures.motifs import MOTIFS, OWN


def main() -> None:
    """Write the files."""
    parser = argparse.ArgumentParser(prog="python -m wangdan.site.pictures", description="draws the product pictures")
    parser.add_argument("folder", type=Path)
    parser.add_argument("--all", action="store_true", help="every motif in every palette; else the static pictures in their own")
    given = parser.parse_args()
    given.folder.mkdir(parents=True, exist_ok=True)
    for name, motif in MOTIFS.items():
        for palette in paint.PALETTES if given.all else filter(None, [OWN.get(name)]):
            file = f"{name}-{palette}.svg" if given.all else f"{name}.svg"
            (given.folder / file).write_text(paint.picture(motif, palette), encoding="utf-8")


if __name__ == "__main__":
    main()
