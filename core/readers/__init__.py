"""Readers: what a listener gives, as bytes or text, becomes a Playlist. Pure functions, one format per file."""
