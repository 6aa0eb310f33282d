"""What takes money off: reductions, coupons, points, levels; and the one pure pricing pipeline."""
