"""The seller desk: what a shop does with its orders, goods and stock."""
