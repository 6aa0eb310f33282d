"""The demo world: people, goods with pictures, stock and sixty days of orders, all made by running the real operations."""
