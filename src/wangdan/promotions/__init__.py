"""What goods cost together: the one pure pricing pipeline."""
