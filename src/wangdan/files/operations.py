"""What can be done with files: keep an upload, keep many at once, erase."""

import os
import tempfile
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path

from django.conf import settings
from django.db.models import ProtectedError

from wangdan.files import rules
from wangdan.files.models import File
from wangdan.kernel.act import Act
from wangdan.kernel.errors import NotSeen, TooMany
from wangdan.kernel.operation import operation


@operation("files.upload", root=None)
def upload(act: Act, *, picture: rules.Prepared, public: bool = False, organisation_id: int | None = None) -> File:
    """Keep a picture that `rules.prepare` has checked; a public one is shown to all, else only to the owner and his organisation (D06).

    Refuses with `files.too_many` past the hourly limit of an account, `kernel.not_seen` for somebody else's organisation.
    """
    if organisation_id is not None and organisation_id not in act.actor.organisations and "system" not in act.actor.roles:
        raise NotSeen
    if act.actor.id is not None:
        since = act.now - timedelta(hours=1)
        limit = act.option(rules.PER_HOUR)
        if File.objects.filter(owner_id=act.actor.id, created_at__gt=since)[: limit + 1].count() >= limit:
            raise TooMany("files.too_many", limit=limit, retry_after=3600)
    file = _row(act, picture, public=public, organisation_id=organisation_id)
    _write(file, picture)
    file.save()
    return file


@operation("files.upload_many", root=None)
def upload_many(act: Act, *, pictures: Sequence[rules.Prepared], organisation_id: int | None = None) -> list[File]:
    """Keep many public pictures at once, one row each; for imports and the demo goods, by the system."""
    files = [_row(act, picture, public=True, organisation_id=organisation_id) for picture in pictures]
    for file, picture in zip(files, pictures, strict=True):
        _write(file, picture)
    return File.objects.bulk_create(files)


@operation("files.erase", root=None)
def erase(act: Act, *, pks: Sequence[int]) -> None:
    """Forget files that nobody points to any more; those that something else still shows stay. Only joined."""
    for file in File.objects.filter(pk__in=pks).order_by("pk"):
        try:
            file.delete()
        except ProtectedError:
            continue
        act.errand("files.erase", sha256=file.sha256, public=file.public)


def _row(act: Act, picture: rules.Prepared, *, public: bool, organisation_id: int | None) -> File:
    return File(
        owner_id=act.actor.id,
        organisation_id=organisation_id,
        sha256=picture.sha256,
        width=picture.width,
        height=picture.height,
        size=picture.size,
        public=public,
        created_at=act.now,
    )


def _write(file: File, picture: rules.Prepared) -> None:
    """Put the renditions where their content's hash says. A row that is rolled back leaves a file nobody points to: harmless."""
    for width, data in picture.renditions.items():
        target = Path(settings.MEDIA_ROOT) / file.path(width)
        if target.exists():
            continue
        target.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=target.parent, suffix=".part")
        with os.fdopen(handle, "wb") as out:
            out.write(data)
        Path(name).chmod(0o644)
        Path(name).replace(target)
