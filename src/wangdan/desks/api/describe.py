"""The OpenAPI document as plain data for the pages at /api/v1/docs."""

from dataclasses import dataclass, field
from typing import Any


@dataclass
class Entry:
    """One call: method, path, what it is for (in stretches, code or not), what it takes, the status when it went well."""

    method: str
    path: str
    title: str
    text: list[tuple[str, bool]]
    anchor: str
    parameters: list[dict[str, str]] = field(default_factory=list)
    body: list[dict[str, str]] = field(default_factory=list)
    good: str = "200"


def areas(document: dict[str, Any]) -> dict[str, list[Entry]]:
    """The calls by area, in the order of the document."""
    found: dict[str, list[Entry]] = {}
    for path, methods in document.get("paths", {}).items():
        for method, call in methods.items():
            found.setdefault((call.get("tags") or ["api"])[0], []).append(_entry(document, path, method, call))
    return found


def _entry(document: dict[str, Any], path: str, method: str, call: dict[str, Any]) -> Entry:
    entry = Entry(method.upper(), path, call.get("summary", ""), _stretches(call.get("description", "")), call.get("operationId", path))
    for parameter in call.get("parameters", []):
        if parameter["in"] == "header":
            continue
        kind = _kind(parameter.get("schema", {}))
        entry.parameters.append(
            {"name": parameter["name"], "place": parameter["in"], "kind": kind, "needed": "yes" if parameter.get("required") else ""}
        )
    for content in call.get("requestBody", {}).get("content", {}).values():
        entry.body += _properties(document, content.get("schema", {}))
    entry.good = next(str(status) for status in call["responses"] if str(status).startswith("2"))
    return entry


def _stretches(text: str) -> list[tuple[str, bool]]:
    """The text cut at its backticks: (words, whether they are code)."""
    return [(words, at % 2 == 1) for at, words in enumerate(text.split("`")) if words]


def refusals(document: dict[str, Any]) -> list[tuple[str, str]]:
    """The statuses that every call may refuse with, in words."""
    call = next(iter(next(iter(document["paths"].values())).values()))
    return [(status, answer["description"]) for status, answer in call["responses"].items() if status >= "4"]


def _properties(document: dict[str, Any], schema: dict[str, Any]) -> list[dict[str, str]]:
    if "$ref" in schema:
        schema = document["components"]["schemas"].get(schema["$ref"].rsplit("/", 1)[-1], {})
    needed = set(schema.get("required", []))
    return [{"name": name, "kind": _kind(inner), "needed": "yes" if name in needed else ""} for name, inner in schema.get("properties", {}).items()]


def _kind(schema: dict[str, Any]) -> str:
    if "$ref" in schema:
        return str(schema["$ref"].rsplit("/", 1)[-1])
    if "anyOf" in schema:
        return " | ".join(_kind(one) for one in schema["anyOf"])
    if schema.get("type") == "array":
        return f"[{_kind(schema.get('items', {}))}]"
    limits = [f"{sign} {schema[name]}" for name, sign in (("minimum", "≥"), ("maximum", "≤"), ("maxLength", "≤")) if name in schema]
    return " ".join([str(schema.get("type", "any")), *limits])
