"""Migrations of shops."""
