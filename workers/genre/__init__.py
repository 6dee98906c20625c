"""Genres from vectors: a classifier that the operator trains on labelled music, and that may say "I do not know".

Multinomial logistic regression on the standardised vector, its probabilities calibrated by one temperature (Guo et al.
2017) on songs by artists it has not seen. A song is left unnamed when the best probability is low, or when it is
farther from every learned song than nearly all learned songs are from those of other artists.
"""

from workers.genre.fitting import FEWEST_ARTISTS, FEWEST_SONGS, train
from workers.genre.measuring import calibration_error
from workers.genre.model import GenreModel, Guess, load, normalised, settled

__all__ = [
    "FEWEST_ARTISTS", "FEWEST_SONGS", "GenreModel", "Guess", "calibration_error", "load", "normalised", "settled",
    "train",
]  # fmt: skip
