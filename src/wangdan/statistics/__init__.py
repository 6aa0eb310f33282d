"""What happened, counted: projections fed by facts, so that no page ever counts the orders themselves."""
