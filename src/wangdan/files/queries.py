"""What can be read about files: a file one may see, and where it lies."""

from pathlib import Path

from django.conf import settings

from wangdan.files.models import File
from wangdan.kernel.act import Actor
from wangdan.kernel.errors import NotSeen


def file(actor: Actor, pk: int) -> File:
    """One file within what the actor may see. Refuses with `kernel.not_seen`."""
    found = File.visible_to(actor).filter(pk=pk).first() if 0 < pk < 2**63 else None
    if found is None:
        raise NotSeen
    return found


def place(file: File, width: int) -> Path:
    """Where a rendition lies on disk."""
    return Path(settings.MEDIA_ROOT) / file.path(width)


def public_place(name: str) -> Path:
    """Where a public rendition `<hash>-<width>.webp` lies on disk; the name was matched by the address pattern."""
    return Path(settings.MEDIA_ROOT) / "public" / name[:2] / name
