"""What can be done in accounts: getting in, people, addresses, the table of divisions."""

from wangdan.accounts.operations.addresses import add_address, change_address, checked, choose_address, read_address, remove_address
from wangdan.accounts.operations.divisions import load_divisions
from wangdan.accounts.operations.entry import (
    Entrance,
    Visit,
    change_password,
    log_in,
    log_out,
    prove_contact,
    register,
    reset_password,
    send_code,
)
from wangdan.accounts.operations.importing import Newcomer, import_people
from wangdan.accounts.operations.people import (
    appoint,
    change_profile,
    disable,
    dismiss,
    enable,
    enlist,
    found,
    open_shop,
    publish_agreement,
    sweep_traces,
)
from wangdan.accounts.queries import Secret

__all__ = [
    "Entrance",
    "Newcomer",
    "Secret",
    "Visit",
    "add_address",
    "appoint",
    "change_address",
    "change_password",
    "change_profile",
    "checked",
    "choose_address",
    "disable",
    "dismiss",
    "enable",
    "enlist",
    "found",
    "import_people",
    "load_divisions",
    "log_in",
    "log_out",
    "open_shop",
    "prove_contact",
    "publish_agreement",
    "read_address",
    "register",
    "remove_address",
    "reset_password",
    "send_code",
    "sweep_traces",
]
