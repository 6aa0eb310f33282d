"""The drawings: enough of them, each valid and of one hand, and the static ones are what the script writes."""

import re
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest

from wangdan.site.demo.goods import wares
from wangdan.site.pictures import paint
from wangdan.site.pictures.motifs import MOTIFS, OWN
from wangdan.site.pictures.studio import Shot, draw

STATIC = Path(__file__).parents[1] / "static" / "wd" / "pictures"


@pytest.mark.parametrize("name", list(MOTIFS))
def test_a_motif_is_well_formed_and_takes_its_colours_from_the_palette(name: str):
    """In every palette it is XML, and it changes with the palette."""
    drawn = {palette: paint.picture(MOTIFS[name], palette) for palette in paint.PALETTES}
    for svg in drawn.values():
        assert ET.fromstring(svg).tag.endswith("svg")  # noqa: S314 - our own
    assert len(set(drawn.values())) == len(paint.PALETTES)
    colours = set(re.findall(r"#[0-9a-f]{6}", MOTIFS[name]("#000001", "#000002", "#000003")))
    assert "#000001" in colours or "#000002" in colours


def test_the_static_pictures_are_the_scripts():
    """What the pages show is what `python -m wangdan.site.pictures` writes."""
    for name, palette in OWN.items():
        assert (STATIC / f"{name}.svg").read_text("utf-8") == paint.picture(MOTIFS[name], palette), name


def test_no_two_products_look_alike():
    """Two hundred products in twelve categories, each with a first picture of its own, drafts that the catalogue takes."""
    offered = list(wares())
    assert len(offered) >= 200
    assert len({ware.slug for ware in offered}) == 12
    assert len({ware.shots[0] for ware in offered}) == len(offered)
    assert len({ware.title for ware in offered}) == len(offered)
    assert {ware.motif for ware in offered} == set(MOTIFS)
    for ware in offered:
        assert ware.draft(1, {}).checked().description


def test_a_shot_is_kept_in_three_widths():
    """As an upload is: WebP, never enlarged."""
    (picture,) = draw([Shot("bear", "clay", "arch", mirrored=True)], 640)
    assert sorted(picture.renditions) == [200, 400, 800]
    assert all(data[8:12] == b"WEBP" for data in picture.renditions.values())
    assert (picture.width, picture.height) == (640, 640)
