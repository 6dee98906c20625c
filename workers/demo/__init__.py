"""A demo catalogue: short songs by invented artists, so that YASR has something to offer before its first harvest.

Every artist, title and sample is made by the code in this package from one fixed seed. No recording, sample library or
existing composition went into them. They are free for any use, without conditions (in the sense of CC0 1.0), and are
always labelled as generated (:attr:`core.model.Track.generated`).

Tempo, key, mode and instruments of each song are known exactly, so the songs also serve as ground truth.
"""
