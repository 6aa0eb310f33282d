"""Journeys: one per procedure, on a running system, in a real browser where a person sits there."""
