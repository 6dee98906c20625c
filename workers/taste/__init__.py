"""What songs that people put together have in common, learned from playlists."""
