"""The handbook: every procedure document as a page with its diagram, its live counts, where orders wait, and the test that proves it."""
