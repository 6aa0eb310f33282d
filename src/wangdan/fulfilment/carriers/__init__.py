"""One file per way to talk to carriers."""
