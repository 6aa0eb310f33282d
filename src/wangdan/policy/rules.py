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
        "checkout.add_again",
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
        "accounts.set_payment_password",
        "accounts.show_payment_password",
        "accounts.change_profile",
        "accounts.prove_contact",
        "accounts.add_address",
        "accounts.change_address",
        "accounts.remove_address",
        "accounts.choose_address",
        "accounts.read_address",
        # checkout, orders
        "promotions.claim",
        "checkout.merge",
        "checkout.quote",
        "checkout.place",
        "orders.cancel",
        "orders.change_address",
        "orders.confirm_receipt",
        "orders.remind",
        "orders.extend_receipt",
        "orders.hide",
        "orders.unhide",
        "orders.confirm_details",
        # files
        "files.upload",
        # shops
        "shops.apply",
        "shops.resubmit",
        "shops.withdraw",
        "shops.hand_in",
        "shops.look",
        "shops.take_seat",
        "shops.refuse_seat",
        # notices
        "notices.read",
        "notices.read_all",
        # END buyer
    }
)
"""Everybody with an account."""

SHOP_CLERK = BUYER | frozenset(
    {
        # accounts
        "accounts.save_view",
        "accounts.rename_view",
        "accounts.remove_view",
        # tasks
        "tasks.claim",
        "tasks.hand_over",
        "tasks.finish",
        # orders
        "orders.accept",
        "orders.decline",
        "orders.mark",
        "orders.begin_run",
        "orders.export",
        # fulfilment
        "fulfilment.scan",
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
        "catalogue.keep_sheet",
        "catalogue.take_sheet",
        # inventory
        "inventory.receive",
        "inventory.adjust",
        "inventory.count",
        "inventory.place_bin",
        # END shop_clerk
    }
)

SHOP_OWNER = SHOP_CLERK | frozenset(
    {
        # accounts
        "accounts.appoint",
        "accounts.dismiss",
        # shops
        "shops.invite",
        "shops.revoke",
        # inventory
        "inventory.remove_goods",
        "inventory.open_warehouse",
        # delivery
        "delivery.set_freight",
        "delivery.open_point",
        "delivery.close_point",
        # promotions
        "promotions.create",
        "promotions.pause",
        "promotions.resume",
        "promotions.end",
        "promotions.give",
        # END shop_owner
    }
)

WAREHOUSE = BUYER | frozenset(
    {
        # tasks
        "tasks.claim",
        "tasks.hand_over",
        "tasks.finish",
        # fulfilment
        "fulfilment.scan",
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
        # END warehouse
    }
)

OFFICE = BUYER | frozenset(
    {
        # accounts
        "accounts.save_view",
        "accounts.rename_view",
        "accounts.remove_view",
        # tasks
        "tasks.claim",
        "tasks.hand_over",
        "tasks.finish",
        "tasks.approve",
        "tasks.reject",
        # orders
        "orders.begin_run",
        "orders.export",
        # END office
    }
)
"""What every role of the platform's office may."""

SERVICE = OFFICE | frozenset(
    {
        # orders
        "orders.decline",
        "orders.log_contact",
        "orders.ask_buyer",
        "orders.remind",
        "orders.mark",
        # promotions
        "promotions.give",
        # END service
    }
)

AUDITOR = OFFICE | frozenset(
    {
        # orders
        "orders.approve",
        "orders.reject",
        "orders.log_contact",
        "orders.ask_buyer",
        # policy
        "policy.block",
        "policy.unblock",
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
        # END finance
    }
)

SUPERVISOR = (
    SERVICE
    | AUDITOR
    | FINANCE
    | frozenset(
        {
            # accounts
            "accounts.disable",
            "accounts.enable",
            # policy
            "policy.add_rule",
            "policy.change_rule",
            "policy.switch_rule",
            # promotions
            "promotions.create",
            "promotions.pause",
            "promotions.resume",
            "promotions.end",
            "promotions.give",
            "promotions.grant_points",
            # shops
            "shops.approve",
            "shops.reject",
            "shops.renew",
            # notices
            "notices.send_again",
            # orders
            "orders.export_full",
            # END supervisor
        }
    )
)

ADMIN = SUPERVISOR | frozenset(
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
        "fulfilment.scan",
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
        # orders, checkout: only administrators create and edit (D08.2)
        "orders.edit",
        "checkout.place_for",
        "accounts.add_address_for",
        # promotions
        "promotions.set_level",
        # catalogue
        "catalogue.add_category",
        # inventory
        "inventory.open_warehouse",
        "inventory.receive",
        "inventory.adjust",
        "inventory.count",
        "inventory.place_bin",
        # delivery
        "delivery.set_carrier",
        "delivery.set_freight",
        "delivery.open_point",
        "delivery.close_point",
        # END admin
    }
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
        "accounts.install_admin",
        "accounts.load_divisions",
        "accounts.sweep_traces",
        # policy
        "policy.load_rules",
        "accounts.open_shop",
        "accounts.enlist",
        # shops
        "shops.fall_due",
        "shops.lapse",
        # tasks
        "tasks.open",
        "tasks.settle",
        # orders
        "orders.open",
        "orders.pay",
        "orders.screen",
        "orders.screen_again",
        "orders.hold",
        "orders.queue_audit",
        "orders.chase_audit",
        "orders.take_cash",
        "orders.expire",
        "orders.ship_part",
        "orders.ship",
        "orders.deliver",
        "orders.return_to_sender",
        "orders.end",
        "orders.chase",
        "orders.end_chase",
        "orders.count_sales",
        "orders.note_row",
        "orders.note_export",
        "orders.drop_file",
        "orders.reward",
        "orders.restore",
        # promotions
        "promotions.redeem",
        "promotions.give_back",
        "promotions.lapse",
        "promotions.earn",
        "promotions.follow",
        "promotions.review",
        "promotions.expire_points",
        # ledger, payments
        "ledger.transfer",
        "ledger.post",
        "payments.expect",
        "payments.capture",
        "payments.fail",
        "payments.close",
        "payments.ask",
        "payments.let_go",
        "payments.reprice",
        "payments.refund",
        "payments.doubt_refund",
        "payments.fail_refund",
        "payments.ask_refund",
        "payments.capture_cash",
        # fulfilment
        "fulfilment.plan",
        "fulfilment.readdress",
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
        "catalogue.work_sheet",
        "catalogue.remove_product",
        "catalogue.withdraw_goods",
        "catalogue.restore_goods",
        # files
        "files.upload_many",
        # inventory
        "inventory.hold",
        "inventory.rehold",
        "inventory.release",
        "inventory.consume",
        "inventory.restock",
        "inventory.receive_many",
        # statistics
        "statistics.count",
        "statistics.rebuild",
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
