"""The bot: it speaks with people. It never opens audio and never ranks."""
