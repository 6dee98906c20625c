"""Songs as files that other programs read."""
