"""Who may do what: role → names of operations. Each module keeps its operations in a block of its own."""

ANYONE = frozenset(
    {
        # accounts
        "accounts.register",
        "accounts.send_code",
        "accounts.log_in",
        "accounts.reset_password",
        # checkout: a cart before log-in
        "checkout.add",
        "checkout.change",
        "checkout.remove",
        "checkout.choose",
        "checkout.clear_gone",
        # END anyone
    }
)
"""Also for people who have not logged in."""

BUYER = ANYONE | frozenset(
    {
        # accounts
        "accounts.log_out",
        "accounts.change_password",
        "accounts.change_profile",
        "accounts.prove_contact",
        "accounts.add_address",
        "accounts.change_address",
        "accounts.remove_address",
        "accounts.choose_address",
        "accounts.read_address",
        # checkout, orders
        "checkout.merge",
        "checkout.quote",
        "checkout.place",
        "orders.cancel",
        "orders.change_address",
        "orders.confirm_receipt",
        # files
        "files.upload",
        # notices
        "notices.read",
        "notices.read_all",
        # END buyer
    }
)
"""Everybody with an account."""

HANDS = frozenset(
    {
        # fulfilment
        "fulfilment.scan",
        "fulfilment.make_wave",
        "fulfilment.start_wave",
        "fulfilment.put_back_wave",
        "fulfilment.end_wave",
        "fulfilment.report_short",
        "fulfilment.add_photo",
        "fulfilment.open_manifest",
        "fulfilment.load",
        "fulfilment.close_manifest",
        "fulfilment.count_by_hand",
        "fulfilment.pick",
        "fulfilment.inspect",
        "fulfilment.pack",
        "fulfilment.print_label",
        "fulfilment.book",
        "fulfilment.rebook",
        "fulfilment.hand_over",
        "fulfilment.collect",
        "fulfilment.miss_code",
        "fulfilment.take_back",
        # inventory
        "inventory.receive",
        "inventory.adjust",
        "inventory.count",
        "inventory.place_bin",
        "inventory.set_low",
        "inventory.announce",
        "inventory.check_in",
        "inventory.close_arrival",
        "inventory.call_off_arrival",
        "inventory.make_count",
        "inventory.enter_count",
        "inventory.drop_count",
        # END hands
    }
)
"""What people in a warehouse do, the platform's and a shop's own."""

SHOP_CLERK = (
    BUYER
    | HANDS
    | frozenset(
        {
            # tasks
            "tasks.claim",
            "tasks.hand_over",
            "tasks.finish",
            # orders
            "orders.accept",
            "orders.decline",
            # catalogue
            "catalogue.create_product",
            "catalogue.edit_product",
            "catalogue.put_on_sale",
            "catalogue.take_off_sale",
            "catalogue.archive",
            "catalogue.change_price",
            "catalogue.add_picture",
            "catalogue.move_picture",
            "catalogue.remove_picture",
            "catalogue.show_variant",
            # END shop_clerk
        }
    )
)

SHOP_OWNER = SHOP_CLERK | frozenset(
    {
        # accounts
        "accounts.appoint",
        "accounts.dismiss",
        # inventory
        "inventory.open_warehouse",
        # delivery
        "delivery.set_freight",
        "delivery.add_freight",
        "delivery.change_freight",
        "delivery.drop_freight",
        "delivery.assign_freight",
        "delivery.open_slots",
        "delivery.change_slot",
        "delivery.close_slot",
        "delivery.change_point",
        "delivery.open_point",
        "delivery.close_point",
        # END shop_owner
    }
)

WAREHOUSE = (
    BUYER
    | HANDS
    | frozenset(
        {
            # tasks
            "tasks.claim",
            "tasks.hand_over",
            "tasks.finish",
            # END warehouse
        }
    )
)

OFFICE = BUYER | frozenset(
    {
        # tasks
        "tasks.claim",
        "tasks.hand_over",
        "tasks.finish",
        # END office
    }
)
"""What every role of the platform's office may."""

SERVICE = OFFICE | frozenset(
    {
        # orders
        "orders.decline",
        "orders.resend",
        # fulfilment
        "fulfilment.claim",
        # END service
    }
)

AUDITOR = OFFICE | frozenset(
    {
        # END auditor
    }
)

FINANCE = OFFICE | frozenset(
    {
        # payments
        "payments.match_transfer",
        "payments.book_cash",
        "payments.settle_refund",
        "payments.retry_refund",
        # orders, fulfilment
        "orders.refund_lost",
        "fulfilment.close_claim",
        # END finance
    }
)

SUPERVISOR = (
    SERVICE
    | AUDITOR
    | FINANCE
    | HANDS
    | frozenset(
        {
            # accounts
            "accounts.disable",
            "accounts.enable",
            # delivery
            "delivery.open_slots",
            "delivery.change_slot",
            "delivery.close_slot",
            "delivery.open_point",
            "delivery.change_point",
            "delivery.close_point",
            # notices
            "notices.send_again",
            # END supervisor
        }
    )
)

ADMIN = (
    SUPERVISOR
    | HANDS
    | frozenset(
        {
            # kernel
            "kernel.set_option",
            "kernel.retry_job",
            "kernel.retry_jobs",
            "kernel.clear_sweeps",
            "kernel.replay",
            # accounts
            "accounts.appoint",
            "accounts.dismiss",
            "accounts.found",
            "accounts.publish_agreement",
            # fulfilment
            "fulfilment.set_material",
            # catalogue
            "catalogue.add_category",
            # inventory
            "inventory.open_warehouse",
            # delivery
            "delivery.set_carrier",
            "delivery.set_freight",
            "delivery.add_freight",
            "delivery.change_freight",
            "delivery.drop_freight",
            "delivery.assign_freight",
            "delivery.open_slots",
            "delivery.change_slot",
            "delivery.close_slot",
            "delivery.change_point",
            "delivery.open_point",
            "delivery.close_point",
            # END admin
        }
    )
)

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

SYSTEM_ONLY = frozenset(
    {
        # kernel
        "kernel.forget_keys",
        "kernel.note_trouble",
        # accounts
        "accounts.import_people",
        "accounts.load_divisions",
        "accounts.sweep_traces",
        # tasks
        "tasks.open",
        "tasks.settle",
        # orders
        "orders.open",
        "orders.pay",
        "orders.take_cash",
        "orders.expire",
        "orders.ship_part",
        "orders.ship",
        "orders.deliver",
        "orders.return_to_sender",
        "orders.end",
        "orders.count_sales",
        # ledger, payments
        "ledger.transfer",
        "payments.expect",
        "payments.capture",
        "payments.fail",
        "payments.close",
        "payments.ask",
        "payments.let_go",
        "payments.refund",
        "payments.doubt_refund",
        "payments.fail_refund",
        "payments.ask_refund",
        "payments.capture_cash",
        # fulfilment
        "fulfilment.plan",
        "fulfilment.readdress",
        "fulfilment.follow_bin",
        "fulfilment.call_back",
        "fulfilment.write_off",
        "fulfilment.send_again",
        "fulfilment.call_off",
        "fulfilment.booked",
        "fulfilment.track",
        "fulfilment.ask",
        "fulfilment.deliver",
        "fulfilment.refuse",
        "fulfilment.lose",
        # catalogue
        "catalogue.import_products",
        "catalogue.count_sold",
        # delivery
        "delivery.take_slot",
        "delivery.release_slot",
        "delivery.review_slot",
        # files
        "files.upload_many",
        # inventory
        "inventory.hold",
        "inventory.release",
        "inventory.consume",
        "inventory.come_short",
        "inventory.warn_low",
        "inventory.restock",
        "inventory.receive_many",
        # notices
        "notices.tell",
        "notices.send_code",
        "notices.take_up",
        "notices.sent",
        "notices.doubt",
        # END system
    }
)
"""Run by the worker, sweeps, signed callbacks, set-up, or only joined by other operations."""


def may(roles: frozenset[str], operation: str) -> bool:
    """Whether any of the roles carries the operation."""
    return any(operation in GRANTS.get(role, frozenset()) for role in roles)
