"""The one write of the ledger: money goes from one account to another, once per event."""

from wangdan.kernel.act import Act
from wangdan.kernel.operation import operation
from wangdan.ledger.models import Transfer
from wangdan.ledger.rules import is_transfer


@operation("ledger.transfer")
def transfer(act: Act, *, debit: str, credit: str, amount: int, code: str, ref: str, source: str) -> Transfer:
    """Move `amount` minor units from the account `credit` to the account `debit`; only joined by other operations.

    `source` names the event: the same event moves money once. A transfer that makes no sense is a bug (ValueError).
    """
    if not is_transfer(debit, credit, amount):
        message = f"no transfer: {credit} → {debit}, {amount}"
        raise ValueError(message)
    return Transfer.objects.create(debit=debit, credit=credit, amount=amount, code=code, ref=ref, source=source, act=act.id, at=act.now)
