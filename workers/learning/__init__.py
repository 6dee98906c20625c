"""What ratings teach: about one listener, and about all."""
