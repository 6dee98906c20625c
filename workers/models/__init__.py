"""Similarity models, one file each; they are found by listing this package."""

from __future__ import annotations

import importlib
import pkgutil
from functools import cache
from typing import Protocol, runtime_checkable

from core.errors import UnknownChoice
from core.model import Vector
from core.ports import Ranking, Recommender
from core.said import said
from workers.warping.distances import Warp
from workers.warping.sequences import Sequences


@runtime_checkable
class Look(Protocol):
    """Looks again at songs that the model called ``screen`` found good, by how they go on.

    ``features`` names the extractor that hears the sequences. ``everything``: it is quick enough for the whole
    catalogue. ``look`` gets S seeds, N candidates, their scores in the screening (N,) and what warps; its scores are
    0..1.
    """

    name: str
    version: str
    features: str
    screen: str
    everything: bool

    def look(self, seeds: Sequences, candidates: Sequences, screened: Vector, warp: Warp) -> Ranking: ...


Model = Recommender | Look


@cache
def all_models() -> dict[str, Model]:
    """Every model by name: each module of this package has one called ``MODEL``."""
    modules = (importlib.import_module(f"{__name__}.{found.name}") for found in pkgutil.iter_modules(__path__))
    return {module.MODEL.name: module.MODEL for module in modules}


def model(name: str, features: str = "") -> Model:
    """The model called ``name``, if it compares what the extractor called ``features`` hears; raises UnknownChoice."""
    fitting = [found for found, each in sorted(all_models().items()) if each.features in ("", features) or not features]
    if name not in fitting:
        raise UnknownChoice(kind=said("model"), value=name[:32], choices=", ".join(fitting))
    return all_models()[name]


def screen_of(chosen: Model) -> Recommender:
    """The model that goes over the whole catalogue: the chosen one itself, or its screen."""
    found = all_models()[chosen.screen] if isinstance(chosen, Look) else chosen
    if isinstance(found, Look):
        raise TypeError(f"{chosen.name} screens by {found.name}, which needs a screen itself")
    return found
