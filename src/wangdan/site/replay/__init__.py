"""Public data sets played through the real operations; the data lies in a folder of the caller's and never in the repository."""
