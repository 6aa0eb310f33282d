"""Strict reading of what programs send: one meaning per body, nothing the database cannot hold."""

import json
from typing import Any

from django.http import HttpRequest
from ninja.parser import Parser
from pydantic import BaseModel, ConfigDict

from wangdan.kernel.errors import Malformed

LARGEST = 1024 * 1024
DEEPEST = 20
_LONGEST_INT = 19


class Body(BaseModel):
    """Base of all request bodies: a number is a number, a text a text; fields nobody asked for are passed over."""

    model_config = ConfigDict(strict=True, extra="ignore")


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise Malformed("kernel.json_malformed", why="duplicate key")
    return found


def _int(text: str) -> int:
    if len(text.lstrip("-")) > _LONGEST_INT:
        raise Malformed("kernel.json_malformed", why="number too large")
    return int(text)


def _constant(text: str) -> Any:
    raise Malformed("kernel.json_malformed", why=f"{text} is no number")


def clean(text: str) -> bool:
    """Whether the database can hold the text: no NUL, no half of a surrogate pair."""
    return "\x00" not in text and not any("\ud800" <= sign <= "\udfff" for sign in text)


def _walk(value: Any, depth: int = 0) -> None:
    if depth > DEEPEST:
        raise Malformed("kernel.json_malformed", why="too deep")
    if isinstance(value, str) and not clean(value):
        raise Malformed("kernel.json_malformed", why="text with NUL or half a character")
    if isinstance(value, dict):
        for key, entry in value.items():
            _walk(key, depth + 1)
            _walk(entry, depth + 1)
    elif isinstance(value, list):
        for entry in value:
            _walk(entry, depth + 1)


def read(raw: bytes) -> Any:
    """The JSON document of a body. Refuses with `kernel.json_malformed` (422) and says why."""
    if len(raw) > LARGEST:
        raise Malformed("kernel.json_malformed", why="too large")
    try:
        value = json.loads(raw.decode("utf-8"), object_pairs_hook=_object, parse_int=_int, parse_constant=_constant)
    except (ValueError, RecursionError) as error:
        raise Malformed("kernel.json_malformed", why="no JSON") from error
    _walk(value)
    return value


class StrictParser(Parser):
    """Ninja's parser, strict."""

    def parse_body(self, request: HttpRequest) -> Any:
        """The body as JSON."""
        return read(request.body)
