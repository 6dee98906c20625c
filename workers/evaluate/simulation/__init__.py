"""Made-up listeners with real tastes, and what they would make of each way to choose their songs."""
