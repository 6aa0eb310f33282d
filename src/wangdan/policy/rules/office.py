"""What the platform's office may, role by role."""

from wangdan.policy.rules.people import BUYER, HANDS

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
        "orders.look",
        "orders.remind",
        "orders.mark",
        "orders.resend",
        # fulfilment
        "fulfilment.claim",
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
        "orders.look",
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
            # delivery
            "delivery.open_slots",
            "delivery.change_slot",
            "delivery.close_slot",
            "delivery.open_point",
            "delivery.change_point",
            "delivery.close_point",
            # notices
            "notices.send_again",
            # orders
            "orders.export_full",
            # shops, words
            "shops.approve",
            "shops.reject",
            "shops.renew",
            "catalogue.keep_synonyms",
            "catalogue.drop_synonyms",
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
        "fulfilment.set_material",
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
        # delivery
        "delivery.set_carrier",
        "delivery.set_freight",
        "delivery.add_freight",
        "delivery.change_freight",
        "delivery.drop_freight",
        "delivery.assign_freight",
        # END admin
    }
)
