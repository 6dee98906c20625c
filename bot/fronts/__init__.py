"""Where people speak with YASR; the front ends know nothing of each other."""
