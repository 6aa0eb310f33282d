"""Payments, their parts, attempts, captures and refunds; every gateway in one file."""
