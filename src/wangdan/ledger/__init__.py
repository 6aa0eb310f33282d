"""Accounts and transfers: double entry, knows only refs."""
