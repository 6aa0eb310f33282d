"""One file per gateway: how it is asked, and what it says."""
