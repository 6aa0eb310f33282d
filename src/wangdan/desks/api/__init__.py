"""The face for programs: the HTTP API."""
