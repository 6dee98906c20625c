"""Similarity models, one file each; they are found by listing this package."""

from __future__ import annotations

import importlib
import pkgutil
from functools import cache

from core.errors import UnknownChoice
from core.ports import Recommender
from core.said import said


@cache
def all_models() -> dict[str, Recommender]:
    """Every model by name: each module of this package has one called ``MODEL``."""
    modules = (importlib.import_module(f"{__name__}.{found.name}") for found in pkgutil.iter_modules(__path__))
    return {module.MODEL.name: module.MODEL for module in modules}


def model(name: str, features: str = "") -> Recommender:
    """The model called ``name``, if it compares what the extractor called ``features`` hears; raises UnknownChoice."""
    fitting = [found for found, each in sorted(all_models().items()) if each.features in ("", features) or not features]
    if name not in fitting:
        raise UnknownChoice(kind=said("model"), value=name[:32], choices=", ".join(fitting))
    return all_models()[name]
