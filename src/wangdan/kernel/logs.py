"""Logs for machines: one JSON object per line, with the request's id, and nothing that names a person."""

import json
import logging
import re
import traceback
from contextvars import ContextVar
from datetime import UTC, datetime
from types import TracebackType
from typing import Any

request_id: ContextVar[str] = ContextVar("wangdan_request_id", default="")
"""The request this thread works on; empty outside one."""

_SHOWN = ("operation", "outcome", "ms", "actor", "root", "cause", "method", "route", "status", "part")
"""What a line may carry beside its words; anything else a caller adds is left out."""
_SECRETS = (
    (re.compile(r"[\w.+\-]+@[\w\-]+(?:\.[\w\-]+)+"), "[mail]"),
    (re.compile(r"\bwd_[\w\-]{20,}"), "[token]"),
    (re.compile(r"(?i)\b(bearer|token|password|secret|code)(\W{1,3})\S+"), r"\1\2[hidden]"),
    (re.compile(r"/pay/[\w\-.=]{40,}"), "/pay/[link]"),
    (re.compile(r"(?<![\w-])\+?\d[\d \-]{8,}\d(?![\w-])"), "[number]"),
)
_LONGEST = 500


def scrub(text: str) -> str:
    """The text without phones, mail addresses, tokens and what follows a word like password: a net below what we never log by intent."""
    for pattern, instead in _SECRETS:
        text = pattern.sub(instead, text)
    return text[:_LONGEST]


def _words(record: logging.LogRecord) -> str:
    """What the record says; Django's own about requests end in the path, which people type: it stays out."""
    said = record.getMessage()
    return said.partition(":")[0] if record.name == "django.request" else said


def _where(trace: TracebackType | None) -> list[str]:
    """The places of a traceback, outermost first, without any value."""
    return [f"{frame.filename.rpartition('/src/')[2]}:{frame.lineno} {frame.name}" for frame in traceback.extract_tb(trace)][-12:]


def _bug(kind: type[BaseException], error: BaseException | None, trace: TracebackType | None) -> dict[str, Any]:
    """An exception by its type, place, and the database's code and constraint; its message may quote what people typed and stays out."""
    found: dict[str, Any] = {"type": f"{kind.__module__}.{kind.__qualname__}", "where": _where(trace)}
    cause = getattr(error, "__cause__", None)
    state = getattr(cause, "sqlstate", None) or getattr(error, "sqlstate", None)
    if state:
        found["sqlstate"] = state
        found["constraint"] = getattr(getattr(cause or error, "diag", None), "constraint_name", None)
    if cause is not None:
        found["cause"] = type(cause).__qualname__
    return found


class Lines(logging.Formatter):
    """A record as one line of JSON."""

    def format(self, record: logging.LogRecord) -> str:
        """`{"at", "level", "logger", "message", "request", …}`."""
        line: dict[str, Any] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": scrub(_words(record)),
        }
        if number := request_id.get():
            line["request"] = number
        line |= {name: getattr(record, name) for name in _SHOWN if getattr(record, name, None) is not None}
        if record.exc_info and record.exc_info[0] is not None:
            line["bug"] = _bug(*record.exc_info)
        return json.dumps(line, ensure_ascii=False, separators=(",", ":"), default=str)
