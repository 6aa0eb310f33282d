"""Somebody on his way in, for the tests: where he comes from, the codes that were sent to him, his account."""

from wangdan.accounts import operations
from wangdan.accounts.models import Code, Person
from wangdan.accounts.operations import Secret, Visit
from wangdan.accounts.queries import digits_of
from wangdan.kernel.act import ANONYMOUS, Call

GOOD, OTHER = "grüne-lampe-7429", "blaue-tasse-8531"
PHONE = "13812346021"
STRANGER = Call(ANONYMOUS)


def here(source: str = "10.0.0.1", language: str = "zh-hans", *, token: bool = False) -> Visit:
    """A visit from an address."""
    return Visit(source, language, token=token)


def code_for(to: str, purpose: str, visit: Visit | None = None) -> Secret:
    """The digits that were sent."""
    operations.send_code(STRANGER, to=to, purpose=purpose, visit=visit or here())
    return Secret(digits_of(Code.objects.latest("pk")))


def wrong(code: Secret) -> Secret:
    """Six other digits."""
    return Secret(f"{(int(code.reveal()) + 1) % 10**6:06d}")


def registered(name: str = "xiaoyu", **more: object) -> Person:
    """Somebody with an account."""
    found = operations.register(STRANGER, **{"username": name, "password": Secret(GOOD), "accept_terms": True, "visit": here()} | more)
    assert found.person is not None, found.problem
    return found.person
