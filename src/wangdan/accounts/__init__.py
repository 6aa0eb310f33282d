"""People and organisations, roles, addresses, how one gets in."""
