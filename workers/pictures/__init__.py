"""Pictures of a song: wave, spectra, notes and form, each with a sentence for those who cannot see it."""

from __future__ import annotations

from workers.pictures.sheet import PICTURES, WIDTH, draw
from workers.pictures.shown import Shown
from workers.pictures.telling import alt_text

__all__ = ["PICTURES", "WIDTH", "Shown", "alt_text", "draw"]
