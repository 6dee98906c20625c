"""A crowd, measured; never part of a timed test."""
