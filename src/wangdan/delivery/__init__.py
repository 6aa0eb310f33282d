"""How goods travel: freight, carriers and their rules, pick-up points. It knows regions, not orders."""
