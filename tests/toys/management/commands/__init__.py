"""What takes the place of Django's own."""
