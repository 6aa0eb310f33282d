"""A module that only the kernel's tests know: one kind of thing with a root, to try the door on."""
