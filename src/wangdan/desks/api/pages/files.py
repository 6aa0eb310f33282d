"""Pictures over HTTP: upload, and where a file one may see can be fetched (D06)."""

from typing import Any

from django.http import HttpRequest
from ninja import File as FileField
from ninja import Router, Status
from ninja.files import UploadedFile

from wangdan.desks.api.door import Id, actor, caller
from wangdan.files import operations, queries, rules
from wangdan.files.models import File
from wangdan.kernel import options
from wangdan.kernel.errors import Malformed

router = Router()

_BIG = 800


def document(file: File) -> dict[str, Any]:
    """A file as programs read it; other documents name it by `id`."""
    return {"id": file.pk, "url": file.url(_BIG), "width": file.width, "height": file.height}


@router.post("/files", summary="Upload a picture", response={201: dict})
def upload(request: HttpRequest, file: UploadedFile | None = FileField(None)) -> Any:  # noqa: B008 - ninja's way
    """Multipart, one file, JPEG, PNG, WebP or GIF. 422 `files.not_a_picture`, `files.too_large`, `files.too_small`; 429 `files.too_many`.

    The picture is re-encoded, nothing of the original is kept; only the owner sees it until it is used somewhere public.
    """
    sent = file or next(iter(request.FILES.values()), None)
    if sent is None:
        raise Malformed("kernel.malformed", fields=[{"field": "file", "problem": "missing"}])
    largest = options.value(rules.LARGEST_MB)
    if (sent.size or 0) > largest * 1024 * 1024:
        raise Malformed("files.too_large", largest_mb=largest)
    picture = rules.prepare(sent.read(), largest_mb=largest)
    return Status(201, operations.upload(caller(request, document), picture=picture))


@router.get("/files/{id}", auth=actor, summary="Where a file can be fetched")
def one(request: HttpRequest, id: Id) -> dict[str, Any]:  # noqa: A002 - the contract's name
    """404 for a file that is not there for the caller."""
    return document(queries.file(actor(request), id))
