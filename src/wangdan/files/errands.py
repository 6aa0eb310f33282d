"""What is done on the disk once it is decided: pictures whose last row is gone."""

from pathlib import Path

from django.conf import settings

from wangdan.files.models import File
from wangdan.kernel.errand import errand


@errand("files.erase")
def erase(*, sha256: str, public: bool) -> None:
    """Remove the renditions of a content that no file has any more; twice is once."""
    if File.objects.filter(sha256=sha256, public=public).exists():
        return
    folder = Path(settings.MEDIA_ROOT) / ("public" if public else "private") / sha256[:2]
    for rendition in folder.glob(f"{sha256}-*.webp"):
        rendition.unlink(missing_ok=True)
