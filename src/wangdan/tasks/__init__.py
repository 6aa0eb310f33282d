"""Who must do what by when, for a ref."""
