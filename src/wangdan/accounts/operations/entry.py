"""Getting in: codes, registration, log-in and out, passwords. A wrong secret is an answer, not a rollback, so that tries are counted."""

import secrets
from dataclasses import dataclass
from datetime import timedelta
from functools import cache
from typing import Any

from django.conf import settings
from django.contrib.auth.hashers import check_password, make_password
from django.contrib.auth.password_validation import CommonPasswordValidator

from wangdan.accounts import rules
from wangdan.accounts.facts import CodeWanted, PasswordChanged, PersonRegistered
from wangdan.accounts.models import Acceptance, Code, Person, Token
from wangdan.accounts.operations import tallies
from wangdan.accounts.queries import Secret, agreement, digits_of, keyed, mask_phone, token_from
from wangdan.kernel.act import Act
from wangdan.kernel.errors import Malformed, Refused
from wangdan.kernel.operation import operation

_DAY, _HOUR = timedelta(days=1), timedelta(hours=1)
_MORE_COMMON = ("a123456789", "qq123456", "woaini1314", "5201314520", "wang1234", "zxc123456", "abc123456", "1qaz2wsx3edc", "12345678a")


class Visit:
    """Where a call comes from (network address), the language it speaks, whether it wants a bearer token. No part of what is asked."""

    def __init__(self, source: str = "", language: str = "zh-hans", *, token: bool = False) -> None:
        """Remember it."""
        self.source, self.language, self.token = source, language, token

    def __str__(self) -> str:
        """Equal for all, so that a repetition from elsewhere is still the same request."""
        return "visit"


@dataclass(frozen=True)
class Entrance:
    """How a try to get in ended: the person and the seed of his token, or the problem's code."""

    person: Person | None = None
    seed: str = ""
    problem: str = ""

    def document(self) -> dict[str, Any]:
        """What may be kept beside an idempotency key: never the token, only the seed it follows from with the secret key."""
        user = None
        if self.person:
            user = {
                "id": self.person.pk,
                "username": self.person.username,
                "name": self.person.shown,
                "phone": mask_phone(self.person.phone) or None,
                "language": self.person.language,
            }
        return {"problem": self.problem, "seed": self.seed, "user": user}


# ---- codes ----------------------------------------------------------------------------------------------------------


@operation("accounts.send_code")
def send_code(act: Act, *, to: str, purpose: str, visit: Visit) -> dict[str, int]:
    """Send six digits to a phone (or, for purpose `email`, a mail address); says the same whether the number is known or not.

    Returns `{"retry_after": seconds}`. Refuses with `accounts.purpose_unknown`, `accounts.phone_malformed`, `accounts.email_malformed` and, with
    `retry_after`, `accounts.too_many`: one per minute for a purpose, so many a day per number, whatever for, and per network address.
    """
    if purpose not in rules.PURPOSES:
        raise Malformed("accounts.purpose_unknown")
    number = rules.email(to) if purpose == "email" else rules.mobile(to)
    pause = act.option(rules.CODE_PAUSE)
    tallies.count(act, "code_pause", f"{purpose} {number}", window=timedelta(seconds=pause), most=1)
    tallies.count(act, "code_number", number, window=_DAY, most=act.option(rules.CODES_PER_PHONE))
    code = Code.objects.create(
        to=number,
        purpose=purpose,
        seed=secrets.token_hex(16),
        sent_at=act.now,
        expires_at=act.now + timedelta(minutes=act.option(rules.CODE_MINUTES)),
    )
    act.tell(CodeWanted(ref=code.ref, purpose=purpose, language=visit.language))
    tallies.count(act, "code_source", visit.source, window=_DAY, most=act.option(rules.CODES_PER_SOURCE))
    return {"retry_after": pause}


def prove(act: Act, to: str, purpose: str, code: Secret) -> bool:
    """Whether these are the digits sent last to the number for the purpose; counts the try, uses the code up when right."""
    row = Code.objects.select_for_update(no_key=True).filter(to=to, purpose=purpose).order_by("-id").first()
    if row is None or row.used_at or row.expires_at <= act.now or row.tries >= act.option(rules.CODE_TRIES):
        return False
    row.tries += 1
    right = secrets.compare_digest(digits_of(row).encode(), code.reveal().strip().encode("utf-8", "replace"))
    row.used_at = act.now if right else None
    row.save(update_fields=["tries", "used_at"])
    return right


# ---- registration ---------------------------------------------------------------------------------------------------


@cache
def _common() -> frozenset[str]:
    words = CommonPasswordValidator().passwords
    demo = () if getattr(settings, "WANGDAN_DEMO", False) else ("wangdan-demo",)
    return frozenset({*words, *_MORE_COMMON, *demo})


def _hashed(password: Secret, *names: str) -> str:
    return make_password(rules.password(password.reveal(), names, _common()))


@operation("accounts.register")
def register(
    act: Act,
    *,
    username: str | None = None,
    phone: str | None = None,
    code: Secret | None = None,
    password: Secret,
    accept_terms: bool,
    visit: Visit,
) -> Entrance:
    """Open an account with a user name, with a phone proved by its code, or both; the agreements in force are accepted (D05.一.1, D15.1, D09.一).

    A phone without a code is not kept. Problem `accounts.code_wrong`. Refuses with `accounts.terms_not_accepted`, `accounts.name_malformed`,
    `accounts.name_missing`, `accounts.code_missing`, `accounts.phone_malformed`, `accounts.password_…`, `accounts.name_taken`, `accounts.phone_taken` (only to
    whoever proved the phone), `accounts.too_many`.
    """  # noqa: E501
    if accept_terms is not True:
        raise Malformed("accounts.terms_not_accepted")
    number = rules.mobile(phone) if phone else None
    if not username and (number is None or code is None):
        raise Malformed("accounts.code_missing" if number else "accounts.name_missing")
    name = rules.username(username) if username else ""
    hashed = _hashed(password, name, (number or "").removeprefix("+86"))
    tallies.look(act, "register", visit.source, window=_HOUR, most=act.option(rules.REGISTER_PER_SOURCE))
    if number and code and not prove(act, number, "register", code):
        return Entrance(problem="accounts.code_wrong")
    if not code:
        number = None
    person = _open(act, name, number, hashed, visit.language)
    tallies.count(act, "register", visit.source, window=_HOUR, most=act.option(rules.REGISTER_PER_SOURCE))
    return Entrance(person, _token(act, person, visit))


def _open(act: Act, name: str, phone: str | None, hashed: str, language: str) -> Person:
    if name and Person.objects.filter(username=name).exists():
        raise Refused("accounts.name_taken")
    if phone and Person.objects.filter(phone=phone).exists():
        raise Refused("accounts.phone_taken")
    person = Person.objects.create(
        root=act.new_root("people"),
        username=name or "u" + secrets.token_hex(6),
        phone=phone,
        password=hashed,
        language=language,
        joined_at=act.now,
    )
    act.born(person)
    accepted = [Acceptance(person=person, kind=kind, version=agreement(kind)[0], at=act.now) for kind in ("terms", "privacy")]
    Acceptance.objects.bulk_create(accepted)
    act.tell(PersonRegistered(ref=person.ref))
    return person


def _token(act: Act, person: Person, visit: Visit) -> str:
    """A fresh token for the person; returns its seed."""
    if not visit.token:
        return ""
    seed = secrets.token_hex(32)
    days = timedelta(days=act.option(rules.TOKEN_DAYS))
    Token.objects.create(person=person, hash=keyed("token", token_from(seed)), created_at=act.now, expires_at=act.now + days)
    return seed


# ---- log-in ---------------------------------------------------------------------------------------------------------


@cache
def _nobodys_hash() -> str:
    """What a password is compared with when there is no such person: the same work, never a match."""
    return make_password(secrets.token_urlsafe(24))


def _named(username: str | None, phone: str | None) -> tuple[str, Person | None]:
    """The name as it is counted, and whoever it names. What looks like a phone is one."""
    if phone or rules.is_mobile(username or ""):
        number = rules.mobile(phone or username or "")
        return number, Person.objects.filter(phone=number).first()
    name = rules.login_name(username or "")
    return name, Person.objects.filter(username=name).first() if name else None


@operation("accounts.log_in")
def log_in(
    act: Act,
    *,
    username: str | None = None,
    phone: str | None = None,
    password: Secret | None = None,
    code: Secret | None = None,
    visit: Visit,
) -> Entrance:
    """Let somebody in by user name or phone with the password, or by phone with a code (D05.一.2, D15.1; C8).

    Problems `accounts.cannot_log_in` (equal in answer and work for unknown names and wrong passwords), `accounts.no_account` (only to whoever proved
    the phone), `accounts.disabled` (only to whoever knows the secret). Refuses with `accounts.too_many` after so many failures per name or
    network address, known or not; `accounts.name_missing`, `accounts.secret_missing`.
    """
    if not (username or phone):
        raise Malformed("accounts.name_missing")
    if password is None and code is None:
        raise Malformed("accounts.secret_missing")
    window = timedelta(minutes=act.option(rules.LOGIN_LOCK_MINUTES))
    name, person = _named(username, phone)
    tallies.look(act, "login_source", visit.source, window=window, most=act.option(rules.SOURCE_FAILURES))
    tallies.count(act, "login", name, window=window, most=act.option(rules.LOGIN_FAILURES))
    problem = _by_password(person, password) if password is not None else _by_code(act, name, person, code)
    if problem:
        tallies.count(act, "login_source", visit.source, window=window, most=10**9)
        return Entrance(problem=problem)
    tallies.forget("login", name)
    if person is None or not person.is_active:
        return Entrance(problem="accounts.disabled" if person else "accounts.no_account")
    return Entrance(person, _token(act, person, visit))


def _by_password(person: Person | None, password: Secret) -> str:
    given = password.reveal()
    fits = len(given) <= rules.LONGEST_PASSWORD and check_password(given, person.password if person else _nobodys_hash())
    return "" if fits and person else "accounts.cannot_log_in"


def _by_code(act: Act, name: str, person: Person | None, code: Secret | None) -> str:  # noqa: ARG001
    if code is None or not name.startswith("+"):
        return "accounts.cannot_log_in"
    return "" if prove(act, name, "login", code) else "accounts.code_wrong"


@operation("accounts.log_out")
def log_out(act: Act, *, token: Secret) -> bool:
    """End one bearer token; True when it was the actor's own."""
    gone, _ = Token.objects.filter(person_id=act.person_id, hash=keyed("token", token.reveal())).delete()
    return gone > 0


# ---- passwords and proofs -------------------------------------------------------------------------------------------


def me(act: Act) -> Person:
    """The person who acts, locked for what follows."""
    return Person.objects.select_for_update(no_key=True).get(pk=act.person_id)


def _set_password(act: Act, person: Person, hashed: str) -> None:
    person.password = hashed
    person.save(update_fields=["password"])
    Token.objects.filter(person=person).delete()
    act.note("password", "…", "changed")
    act.tell(PasswordChanged(ref=person.ref))


def knows_password(act: Act, person: Person, given: Secret) -> bool:
    """Whether it is the person's password. Refuses with `accounts.too_many` after so many wrong ones."""
    window = timedelta(minutes=act.option(rules.LOGIN_LOCK_MINUTES))
    tallies.count(act, "password", str(person.pk), window=window, most=act.option(rules.LOGIN_FAILURES))
    right = check_password(given.reveal()[: rules.LONGEST_PASSWORD + 1], person.password)
    if right:
        tallies.forget("password", str(person.pk))
    return right


@operation("accounts.change_password", root="actor")
def change_password(act: Act, *, old: Secret, new: Secret, visit: Visit) -> Entrance:
    """Change one's password; every token and every other session ends (D15.9). Problem `accounts.password_wrong`.

    Refuses with `accounts.password_…` for one that is none and `accounts.too_many` after so many wrong ones.
    """
    person = me(act)
    if not knows_password(act, person, old):
        return Entrance(problem="accounts.password_wrong")
    _set_password(act, person, _hashed(new, person.username, (person.phone or "").removeprefix("+86")))
    return Entrance(person, _token(act, person, visit))


@operation("accounts.reset_password")
def reset_password(act: Act, *, phone: str, code: Secret, new: Secret, visit: Visit) -> Entrance:
    """Set a new password by a code to the proved phone. Problems `accounts.code_wrong`, `accounts.no_account` (to whoever proved the phone)."""
    number = rules.mobile(phone)
    hashed = _hashed(new, number.removeprefix("+86"))
    if not prove(act, number, "password", code):
        return Entrance(problem="accounts.code_wrong")
    person = Person.objects.select_for_update(no_key=True).filter(phone=number, is_active=True).first()
    if person is None:
        return Entrance(problem="accounts.no_account")
    _set_password(act, person, hashed)
    tallies.forget("login", number)
    tallies.forget("login", person.username)
    return Entrance(person, _token(act, person, visit))


@operation("accounts.prove_contact", root="actor")
def prove_contact(act: Act, *, to: str, code: Secret, own: Secret) -> Entrance:
    """Make a phone or mail address one's own by the code sent to it (purposes `phone`, `email`; D15.2).

    Whoever found the session open must not take the account over, so `own` is the password again; for an account without one, the code
    sent to its phone (purpose `confirm`). Problems `accounts.password_wrong`, `accounts.own_code_wrong`, `accounts.code_wrong`. Refuses with
    `accounts.phone_taken` and, after so many wrong passwords, `accounts.too_many`.
    """
    by_mail = "@" in to
    number = rules.email(to) if by_mail else rules.mobile(to)
    person = me(act)
    if person.has_usable_password():
        if not knows_password(act, person, own):
            return Entrance(problem="accounts.password_wrong")
    elif not prove(act, person.phone or "", "confirm", own):
        return Entrance(problem="accounts.own_code_wrong")
    if not prove(act, number, "email" if by_mail else "phone", code):
        return Entrance(problem="accounts.code_wrong")
    act.note("email" if by_mail else "phone", "…", "proved")
    if by_mail:
        person.email = number
    elif Person.objects.filter(phone=number).exclude(pk=person.pk).exists():
        raise Refused("accounts.phone_taken")
    else:
        person.phone = number
    person.save(update_fields=["email", "phone"])
    return Entrance(person)
