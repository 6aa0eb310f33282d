"""The OpenAPI document: what ninja knows, and what holds for every call: token, idempotency key, how a refusal reads."""

from functools import cache
from typing import Any

from ninja import NinjaAPI

PREFIX = "/api/v1/"
_KEY = {
    "name": "Idempotency-Key",
    "in": "header",
    "required": False,
    "description": "Same key and body: the same answer. Same key, other body: 422 kernel.key_reused.",
    "schema": {"type": "string", "minLength": 1, "maxLength": 200},
}
_PROBLEM = {
    "title": "Problem",
    "type": "object",
    "required": ["code", "message", "detail"],
    "properties": {"code": {"type": "string"}, "message": {"type": "string"}, "detail": {"type": "object"}},
}
_REFUSALS = {
    "401": "Nobody is logged in, or the token or signature does not count",
    "403": "Seen, but not this role's to do",
    "404": "Not there, or not for the caller's eyes",
    "409": "The state of the business does not allow it",
    "422": "The input makes no sense",
    "429": "Too often; retry_after in the detail says for how many seconds",
    "503": "Somebody else is changing it and nothing happened: the same call again in retry_after seconds",
}
_ABOUT = """Money: integers in minor units. Times: UTC, ISO 8601.
Errors: `{"code", "message", "detail"}`, the message in the language of `Accept-Language`.
Lists: `{"items": […], "next": cursor or null}`; give `next` as `cursor` for the next page; `limit` is at most 100."""
_UPLOAD = {
    "multipart/form-data": {
        "schema": {"type": "object", "required": ["file"], "properties": {"file": {"type": "string", "format": "binary"}}},
    },
}


@cache
def document(api: NinjaAPI) -> dict[str, Any]:
    """The whole document, made once."""
    made: dict[str, Any] = api.get_openapi_schema(path_prefix=PREFIX)
    made["info"]["description"] = _ABOUT
    made["components"]["schemas"]["Problem"] = _PROBLEM
    made["components"]["securitySchemes"] = {"bearer": {"type": "http", "scheme": "bearer"}}
    made["security"] = [{"bearer": []}, {}]
    for path, methods in made["paths"].items():
        for method, call in methods.items():
            _complete(path, method, call)
    return made


def _complete(path: str, method: str, call: dict[str, Any]) -> None:
    """One call with what ninja does not know about it."""
    refused = {"content": {"application/json": {"schema": {"$ref": "#/components/schemas/Problem"}}}}
    call["responses"] = {str(status): answer for status, answer in call["responses"].items()}
    for status, text in _REFUSALS.items():
        call["responses"].setdefault(status, {"description": text, **refused})
    if method == "post" and "/hooks/" not in path:
        call.setdefault("parameters", []).append(_KEY)
    if (method, path) == ("post", f"{PREFIX}files"):
        call["requestBody"] = {"required": True, "content": _UPLOAD}
