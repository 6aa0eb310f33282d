"""The store: what a buyer sees."""
