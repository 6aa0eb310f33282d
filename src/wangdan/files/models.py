"""Tables of files: what was uploaded, by whom, and who may see it."""

from typing import ClassVar, Self

from django.db import models
from django.db.models import Q

from wangdan.files.rules import fit
from wangdan.kernel.act import Actor
from wangdan.kernel.errors import constraint


class File(models.Model):
    """A picture, kept re-encoded under the hash of its content; the original is not kept."""

    owner = models.ForeignKey("accounts.Person", on_delete=models.PROTECT, related_name="+", null=True)
    organisation = models.ForeignKey("accounts.Organisation", on_delete=models.PROTECT, related_name="+", null=True)
    kind = models.CharField(max_length=16, default="picture")
    sha256 = models.CharField(max_length=64)
    width = models.PositiveIntegerField()
    height = models.PositiveIntegerField()
    size = models.PositiveIntegerField()
    public = models.BooleanField(default=False)
    created_at = models.DateTimeField()

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["sha256", "public"], name="files_file_sha256"),
            models.Index(fields=["owner", "id"], name="files_file_owner"),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(width__gt=0, height__gt=0), name=constraint("files_file_has_a_size", "files.cannot_read")),
        ]

    def __str__(self) -> str:
        """For logs."""
        return self.ref

    @property
    def ref(self) -> str:
        """What the journal calls it."""
        return f"files:{self.pk}"

    @classmethod
    def visible_to(cls, actor: Actor) -> models.QuerySet[Self]:
        """Public files to all, others to their owner, his organisation's people and the system."""
        everything = cls._default_manager.all()
        if "system" in actor.roles:
            return everything
        own = Q(owner_id=actor.id) if actor.id is not None else Q(pk__in=())
        return everything.filter(Q(public=True) | own | Q(organisation_id__in=actor.organisations))

    def path(self, width: int) -> str:
        """Where a width lies below MEDIA_ROOT; public and private ones never share a folder."""
        fitting = fit(width)
        return f"{'public' if self.public else 'private'}/{self.sha256[:2]}/{self.sha256}-{fitting}.webp"

    def url(self, width: int) -> str:
        """Address of the picture in the smallest kept width that is at least `width` pixels."""
        fitting = fit(width)
        return f"/media/{self.sha256}-{fitting}.webp" if self.public else f"/files/{self.pk}/{fitting}"
