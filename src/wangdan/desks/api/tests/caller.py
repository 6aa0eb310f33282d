"""A program that calls the API in the tests: as one person, or as nobody; every refusal must read like every other."""

import io
import json
from datetime import timedelta
from typing import Any

from django.http import HttpResponse
from django.test import Client

from wangdan.accounts.models import Person, Token
from wangdan.accounts.queries import keyed
from wangdan.kernel import clock, guards


def bearer(person: Person) -> dict[str, str]:
    """The header of a fresh token."""
    raw, now = f"token-{person.pk}", clock.now()
    with guards.exempt("tests arrange tokens"):
        Token.objects.get_or_create(hash=keyed("token", raw), defaults={"person": person, "created_at": now, "expires_at": now + timedelta(days=1)})
    return {"authorization": f"Bearer {raw}"}


def well_said(answer: HttpResponse) -> None:
    """No bug, and a refusal has code, message and detail."""
    assert answer.status_code < 500, answer.content[:500]
    if answer.status_code >= 400:
        said = json.loads(answer.content)
        assert set(said) == {"code", "message", "detail"}, said
        assert (bool(said["code"]), bool(said["message"]), isinstance(said["detail"], dict)) == (True, True, True)


class Caller:
    """A program that calls the API as one person, or as nobody."""

    def __init__(self, person: Person | None = None) -> None:
        """Log in by a token."""
        self.client, self.headers = Client(raise_request_exception=False), {}
        if person is not None:
            self.headers = bearer(person)

    def send(self, method: str, path: str, body: Any = None, **headers: str) -> HttpResponse:
        """One call; headers such as idempotency_key."""
        given = self.headers | {name.replace("_", "-"): value for name, value in headers.items()}
        data = body if isinstance(body, str) else json.dumps(body) if body is not None else ""
        answer = self.client.generic(method, f"/api/v1{path}", data, content_type="application/json", headers=given)
        well_said(answer)
        return answer

    def upload(self, content: bytes, name: str = "file", **headers: str) -> HttpResponse:
        """A multipart upload of one file."""
        given = self.headers | {name.replace("_", "-"): value for name, value in headers.items()}
        answer = self.client.post("/api/v1/files", {name: io.BytesIO(content)}, headers=given)
        well_said(answer)
        return answer

    def get(self, path: str, **headers: str) -> HttpResponse:
        """Read."""
        return self.send("GET", path, **headers)

    def patch(self, path: str, body: Any = None, **headers: str) -> HttpResponse:
        """Change."""
        return self.send("PATCH", path, body, **headers)

    def delete(self, path: str, **headers: str) -> HttpResponse:
        """Remove."""
        return self.send("DELETE", path, **headers)

    def post(self, path: str, body: Any = None, **headers: str) -> HttpResponse:
        """Write."""
        return self.send("POST", path, body, **headers)
