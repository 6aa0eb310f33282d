"""Pages of the office desk."""
