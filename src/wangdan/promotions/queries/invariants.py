"""What must always hold of coupons, budgets, points and levels: SQL whose rows are the breaches."""

INVARIANTS: list[tuple[str, str]] = [
    (
        "promotions: a coupon is used exactly while it is redeemed",
        """
        SELECT c.id, c.status, r.id FROM promotions_coupon c LEFT JOIN promotions_redemption r ON r.coupon_id = c.id AND r.returned_at IS NULL
        WHERE (c.status = 'used') <> (r.id IS NOT NULL)
    """,
    ),
    (
        "promotions: no more coupons than were counted, none beyond the limits of their offer",
        """
        SELECT o.id, o.claimed, count(c.id), o.most FROM promotions_offer o LEFT JOIN promotions_coupon c ON c.offer_id = o.id
        GROUP BY o.id HAVING o.claimed <> count(c.id) OR count(c.id) > o.most
        UNION ALL SELECT o.id, o.per_person, count(*), c.person_id FROM promotions_coupon c JOIN promotions_offer o ON o.id = c.offer_id
        GROUP BY o.id, c.person_id HAVING count(*) > o.per_person
    """,
    ),
    (
        "promotions: a budget has given what was redeemed of it",
        """
        SELECT o.id, o.budget, b.amount, sum(r.amount) FROM promotions_offer o
        LEFT JOIN ledger_balance b ON b.account = 'budget:' || o.id
        LEFT JOIN promotions_redemption r ON r.offer_id = o.id AND r.returned_at IS NULL
        WHERE o.budget IS NOT NULL OR b.account IS NOT NULL
        GROUP BY o.id, b.amount HAVING o.budget - coalesce(sum(r.amount), 0) IS DISTINCT FROM b.amount
    """,
    ),
    (
        "promotions: points come back no more than they were spent, and are taken no more than they were earned",
        """
        SELECT ref, spent, back FROM (
            SELECT ref, sum(amount) FILTER (WHERE code = 'points_spent') AS spent, sum(amount) FILTER (WHERE code = 'points_back') AS back
            FROM ledger_transfer WHERE code IN ('points_spent', 'points_back') GROUP BY ref
        ) moved WHERE coalesce(back, 0) > coalesce(spent, 0)
        UNION ALL
        SELECT e.ref, e.points, e.taken_back FROM promotions_earning e LEFT JOIN (
            SELECT ref, sum(amount) FILTER (WHERE code = 'points_earned') AS earned, sum(amount) FILTER (WHERE code = 'points_taken') AS taken
            FROM ledger_transfer WHERE code IN ('points_earned', 'points_taken') GROUP BY ref
        ) t ON t.ref = e.ref WHERE e.points <> coalesce(t.earned, 0) OR e.taken_back <> coalesce(t.taken, 0)
    """,
    ),
]
"""(what must hold, SQL whose rows are the breaches)."""
