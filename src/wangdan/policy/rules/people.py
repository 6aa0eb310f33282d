"""What buyers, shops and warehouses may. Each module keeps its operations in a block of its own."""

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
        "orders.change_slot",
        "orders.confirm_receipt",
        "orders.remind",
        "orders.extend_receipt",
        "orders.hide",
        "orders.unhide",
        "orders.confirm_details",
        # files
        "files.upload",
        # notices
        "notices.read",
        "notices.read_all",
        # shops
        "shops.apply",
        "shops.resubmit",
        "shops.withdraw",
        "shops.hand_in",
        "shops.look",
        "shops.take_seat",
        "shops.refuse_seat",
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
        "fulfilment.keep_material",
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
            "orders.look",
            "orders.mark",
            "orders.begin_run",
            "orders.export",
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
            # catalogue: tables of goods
            "catalogue.keep_sheet",
            "catalogue.take_sheet",
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
        # promotions
        "promotions.create",
        "promotions.pause",
        "promotions.resume",
        "promotions.end",
        "promotions.give",
        # shops
        "shops.invite",
        "shops.revoke",
        "inventory.remove_goods",
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
