"""Start of the kernel: guards on every connection."""

from typing import Any

from django.apps import AppConfig
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.signals import connection_created

from wangdan.kernel import guards


def _guard(sender: Any, connection: BaseDatabaseWrapper, **_: Any) -> None:  # noqa: ARG001 - the signal's shape
    guards.install(connection)


class KernelConfig(AppConfig):
    """The kernel as a Django application."""

    name = "wangdan.kernel"

    def ready(self) -> None:
        """Put the write guard on every connection that is opened from now on."""
        connection_created.connect(_guard, dispatch_uid="wangdan.guards")
