"""What a machine can hold about templates: they compile, carry nothing inline, speak through the catalogue of texts, weigh little."""

import gzip
import re
from pathlib import Path

import pytest
from django.conf import settings
from django.template.loader import get_template
from django.test import override_settings

import wangdan

SOURCE = Path(wangdan.__path__[0])
STATIC = SOURCE / "site" / "static" / "wd"
ROOTS = [SOURCE / "site" / "templates", *(path for path in (SOURCE / "desks").glob("*/templates"))]
TEMPLATES = sorted((path, root) for root in ROOTS for path in root.rglob("*.html"))
_SKIPPED = ("desks/api",)
_SPOKEN = re.compile(r"{%\s*blocktranslate.*?{%\s*endblocktranslate\s*%}|{%\s*comment.*?{%\s*endcomment\s*%}|{%.*?%}|{{.*?}}|{#.*?#}", re.DOTALL)
_INLINE = re.compile(r"<script(?![^>]*\bsrc=)|\bstyle=|\son[a-z]+=|javascript:|<style|https?://", re.IGNORECASE)
_BUDGET = 250 * 1024


def ours() -> list[tuple[Path, Path]]:
    """The templates people see in a browser's frame of ours."""
    return [(path, root) for path, root in TEMPLATES if not any(part in path.as_posix() for part in _SKIPPED)]


@pytest.mark.parametrize(("path", "root"), ours(), ids=lambda value: value.name)
@override_settings(TEMPLATES=settings.TEMPLATES)
def test_it_compiles(path, root):
    """Every template parses with the tags it loads."""
    get_template(path.relative_to(root).as_posix())


@pytest.mark.parametrize(("path", "root"), ours(), ids=lambda value: value.name)
def test_nothing_inline_and_no_text_outside_the_catalogue(path, root):
    """The Content-Security-Policy forbids inline script and style; Chinese words stand in translate tags only."""
    del root
    text = path.read_text("utf-8")
    assert _INLINE.findall(text) == []
    spoken = _SPOKEN.sub("", text).replace("中文", "")
    assert re.findall(r"[一-鿿]+", spoken) == []


def test_every_icon_named_is_in_the_sprite():
    """An icon that is missing shows nothing and nobody notices."""
    sprite = set(re.findall(r'id="i-([a-z0-9-]+)"', (STATIC / "icons.svg").read_text("utf-8")))
    named = {name for path, _root in ours() for name in re.findall(r'{%\s*icon "([a-z0-9-]+)"', path.read_text("utf-8"))}
    assert named - sprite == set()


def test_styles_and_scripts_stay_within_their_weight():
    """All CSS and JS of a page, compressed, at most 250 KB."""
    files = [*STATIC.glob("*.css"), *STATIC.glob("*.js"), *(STATIC / "vendor").glob("*.css"), *(STATIC / "vendor").glob("*.js")]
    assert sum(len(gzip.compress(path.read_bytes())) for path in files) <= _BUDGET


def test_only_the_tokens_set_colours_and_sizes():
    """Our own additions speak in variables: no hex colour but the fixed bars' white."""
    extra = (STATIC / "wd.css").read_text("utf-8")
    assert set(re.findall(r"#[0-9a-fA-F]{3,8}\b", extra)) <= {"#fff"}
