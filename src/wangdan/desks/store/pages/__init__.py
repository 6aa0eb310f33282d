"""Pages of the store, by what the buyer is doing."""
