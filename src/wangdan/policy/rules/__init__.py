"""Who may do what: role → names of operations."""

from wangdan.policy.rules.office import ADMIN, AUDITOR, FINANCE, SERVICE, SUPERVISOR
from wangdan.policy.rules.people import ANYONE, BUYER, SHOP_CLERK, SHOP_OWNER, WAREHOUSE
from wangdan.policy.rules.system import SYSTEM_ONLY

__all__ = ["GRANTS", "SYSTEM_ONLY", "may"]

GRANTS: dict[str, frozenset[str]] = {
    "anyone": ANYONE,
    "buyer": BUYER,
    "shop_clerk": SHOP_CLERK,
    "shop_owner": SHOP_OWNER,
    "warehouse": WAREHOUSE,
    "service": SERVICE,
    "auditor": AUDITOR,
    "finance": FINANCE,
    "supervisor": SUPERVISOR,
    "admin": ADMIN,
}


def may(roles: frozenset[str], operation: str) -> bool:
    """Whether any of the roles carries the operation."""
    return any(operation in GRANTS.get(role, frozenset()) for role in roles)
