"""The rules of procedures: plain Python, no database, no clock."""
