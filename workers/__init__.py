"""The workers: they listen, compare and rank, and never speak with people."""
