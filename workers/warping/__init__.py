"""Dynamic time warping: how alike two songs are when one may run faster or slower than the other, and where."""
