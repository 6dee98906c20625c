"""Discord: commands, presses, reactions and shared links in; progress, answers and settings out."""
