"""Pages of the seller desk."""
