"""Migrations of the toy module."""
