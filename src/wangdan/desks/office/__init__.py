"""The office desk: the platform's people look up, decide, match money and set options."""
