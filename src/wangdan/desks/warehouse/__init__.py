"""The warehouse desk: one task at a time, huge type, a field for the scanner."""
