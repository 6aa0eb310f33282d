"""Pages of the warehouse desk."""
