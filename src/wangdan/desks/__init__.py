"""Desks: faces for people and machines. They read with queries and act with operations; no models, no rules."""
