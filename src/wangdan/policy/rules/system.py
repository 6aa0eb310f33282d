"""What nobody may but the system itself."""

SYSTEM_ONLY = frozenset(
    {
        # kernel
        "kernel.forget_keys",
        "kernel.note_trouble",
        # accounts
        "accounts.import_people",
        "accounts.load_divisions",
        "accounts.sweep_traces",
        # policy
        "policy.load_rules",
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
        "inventory.rehold",
        "inventory.release",
        "inventory.consume",
        "inventory.come_short",
        "inventory.warn_low",
        "inventory.restock",
        "inventory.receive_many",
        # statistics
        "statistics.count",
        "statistics.count_parcel",
        "statistics.rebuild",
        # notices
        "notices.tell",
        "notices.send_code",
        "notices.take_up",
        "notices.sent",
        "notices.doubt",
        # shops and their goods
        "accounts.enlist",
        "accounts.install_admin",
        "accounts.open_shop",
        "catalogue.remove_product",
        "catalogue.restore_goods",
        "catalogue.withdraw_goods",
        "catalogue.work_sheet",
        "orders.chase",
        "orders.end_chase",
        "shops.fall_due",
        "shops.lapse",
        # END system
    }
)
"""Run by the worker, sweeps, signed callbacks, set-up, or only joined by other operations."""
