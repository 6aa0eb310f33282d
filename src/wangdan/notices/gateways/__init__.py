"""Ways out of the house: one file per gateway of messages."""
