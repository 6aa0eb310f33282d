"""Commands for the tests."""
