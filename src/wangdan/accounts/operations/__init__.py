"""What can be done in accounts: getting in, people, addresses, the table of divisions."""

from wangdan.accounts.operations.addresses import add_address, add_address_for, change_address, checked, choose_address, read_address, remove_address
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
from wangdan.accounts.operations.payment_password import Proof, Shown, set_payment_password, show_payment_password
from wangdan.accounts.operations.people import (
    appoint,
    change_profile,
    disable,
    dismiss,
    enable,
    enlist,
    found,
    install_admin,
    open_shop,
    publish_agreement,
    sweep_traces,
)
from wangdan.accounts.operations.views import remove_view, rename_view, save_view
from wangdan.accounts.queries import Secret

__all__ = [
    "Entrance",
    "Newcomer",
    "Proof",
    "Secret",
    "Shown",
    "Visit",
    "add_address",
    "add_address_for",
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
    "install_admin",
    "load_divisions",
    "log_in",
    "log_out",
    "open_shop",
    "prove_contact",
    "publish_agreement",
    "read_address",
    "register",
    "remove_address",
    "remove_view",
    "rename_view",
    "reset_password",
    "save_view",
    "send_code",
    "set_payment_password",
    "show_payment_password",
    "sweep_traces",
]
