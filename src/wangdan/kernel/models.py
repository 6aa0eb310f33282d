"""Tables of the kernel: roots to lock, the journal, claimed keys, changed options."""

from typing import ClassVar

from django.db import models


class Root(models.Model):
    """One row to lock for one family of rows: a purchase, a buyer, a shop, a case."""

    kind = models.CharField(max_length=32)

    def __str__(self) -> str:
        """For logs."""
        return f"{self.kind} root {self.pk}"


class RootedModel(models.Model):
    """A row that belongs to a family and is changed only while the family's root is locked."""

    root = models.ForeignKey(Root, on_delete=models.PROTECT, related_name="+")

    class Meta:
        abstract = True


class Journal(models.Model):
    """What was done: one row per operation on a thing, with what changed and which facts were told. Append-only."""

    act = models.UUIDField()
    at = models.DateTimeField()
    operation = models.CharField(max_length=80)
    actor_id = models.BigIntegerField(null=True)
    actor = models.CharField(max_length=80)
    root_id = models.BigIntegerField(null=True)
    ref = models.CharField(max_length=80, blank=True)
    cause_id = models.BigIntegerField(null=True)
    changes = models.JSONField(default=dict)
    facts = models.JSONField(default=list)

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["ref", "id"], name="kernel_journal_ref"),
            models.Index(fields=["root_id", "id"], name="kernel_journal_root"),
            models.Index(fields=["operation", "id"], name="kernel_journal_operation"),
        ]

    def __str__(self) -> str:
        """For logs."""
        return f"{self.pk} {self.operation} {self.ref}"


class Key(models.Model):
    """A claimed idempotency key with the answer it earned."""

    actor = models.CharField(max_length=80)
    operation = models.CharField(max_length=80)
    key = models.CharField(max_length=200)
    digest = models.CharField(max_length=64)
    answer = models.JSONField(null=True)
    at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["actor", "operation", "key"], name="kernel_key_once"),
        ]
        indexes: ClassVar = [models.Index(fields=["at"], name="kernel_key_at")]

    def __str__(self) -> str:
        """For logs."""
        return f"{self.operation} {self.key}"


class OptionValue(models.Model):
    """A business option that an administrator changed from its default; its history is in the journal."""

    name = models.CharField(max_length=80, unique=True)
    value = models.JSONField()

    def __str__(self) -> str:
        """For logs."""
        return f"{self.name} = {self.value}"

    @property
    def ref(self) -> str:
        """What the journal calls it."""
        return f"options:{self.name}"


class Trouble(models.Model):
    """Why the last try of a job failed; `job` is the runner's id. No names or phones: see `jobs.described`."""

    job = models.BigIntegerField(primary_key=True)
    kind = models.CharField(max_length=80)
    text = models.CharField(max_length=300)
    place = models.CharField(max_length=160, blank=True)
    at = models.DateTimeField()

    def __str__(self) -> str:
        """For logs."""
        return f"job {self.job}: {self.kind}"
