"""The writes of the ledger: money and points go from one account to another, once per event; guarded accounts never fall below zero."""

from typing import Any

from django.db import connection

from wangdan.kernel.act import Act
from wangdan.kernel.errors import Refused
from wangdan.kernel.operation import operation
from wangdan.ledger.models import Transfer
from wangdan.ledger.rules import Entry, changes, is_transfer

_POST = """
WITH entries AS (
    SELECT * FROM unnest(%s::text[], %s::text[], %s::bigint[], %s::text[], %s::text[], %s::text[], %s::text[])
        AS e (debit, credit, amount, currency, code, ref, source)
), wanted AS (SELECT * FROM unnest(%s::text[], %s::text[], %s::bigint[]) AS w (account, currency, change)),
locked AS MATERIALIZED (
    SELECT b.account, w.change FROM ledger_balance b JOIN wanted w ON w.account = b.account ORDER BY b.account FOR NO KEY UPDATE OF b
), changed AS (
    UPDATE ledger_balance b SET amount = b.amount + l.change FROM locked l
    WHERE b.account = l.account AND b.amount + l.change >= 0 RETURNING b.account
), opened AS (
    INSERT INTO ledger_balance (account, currency, amount)
    SELECT w.account, w.currency, w.change FROM wanted w
    WHERE w.change >= 0 AND NOT EXISTS (SELECT 1 FROM locked l WHERE l.account = w.account) RETURNING account
), posted AS (
    INSERT INTO ledger_transfer (debit, credit, amount, currency, code, ref, source, act, at)
    SELECT debit, credit, amount, currency, code, ref, source, %s, %s FROM entries
)
SELECT account FROM changed UNION ALL SELECT account FROM opened
"""


@operation("ledger.transfer")
def transfer(act: Act, *, debit: str, credit: str, amount: int, code: str, ref: str, source: str) -> Transfer:
    """Move `amount` minor units from the account `credit` to the account `debit`; only joined by other operations.

    `source` names the event: the same event moves money once. A transfer that makes no sense is a bug (ValueError), and so is a guarded account here.
    """
    if not is_transfer(debit, credit, amount) or changes([Entry(debit, credit, amount, code, ref, source)]):
        message = f"no transfer: {credit} → {debit}, {amount}"
        raise ValueError(message)
    return Transfer.objects.create(debit=debit, credit=credit, amount=amount, code=code, ref=ref, source=source, act=act.id, at=act.now)


@operation("ledger.post")
def post(act: Act, *, entries: list[Entry]) -> None:
    """Make all transfers, and change the balances of the guarded accounts among them, in one statement; only joined.

    The first that gives a guarded account something opens it; balances are locked in the order of their names. Refuses with
    `ledger.cannot_post` (accounts) when one would fall below zero. A transfer that makes no sense is a bug (ValueError).
    """
    if not entries:
        return
    if not all(is_transfer(entry.debit, entry.credit, entry.amount) for entry in entries):
        message = f"no transfer among {entries}"
        raise ValueError(message)
    act.locking("ledger")
    guarded = changes(entries)
    columns: list[Any] = [[getattr(entry, name) for entry in entries] for name in ("debit", "credit", "amount", "currency", "code", "ref", "source")]
    wanted: list[Any] = [list(guarded), [currency for currency, _ in guarded.values()], [change for _, change in guarded.values()]]
    with connection.cursor() as cursor:
        cursor.execute(_POST, [*columns, *wanted, act.id, act.now])
        done = {account for (account,) in cursor.fetchall()}
    short = sorted(guarded.keys() - done)
    if short:
        raise Refused("ledger.cannot_post", accounts=short)
