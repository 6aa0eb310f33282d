"""Proof of the core: races, invariants, budgets, the model; what crosses modules and is not a journey."""
