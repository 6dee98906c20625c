"""Pictures of numbers that the bot has put together: tastes, maps, sizes, and why a song was picked."""
