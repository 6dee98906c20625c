"""One module per service, found by listing this package: how to reach it on loopback, and what is recorded of it."""

from __future__ import annotations

import importlib
import pkgutil

from tests.core.services.cases._case import Case

CASES: dict[str, Case] = {
    found.name: importlib.import_module(f"{__name__}.{found.name}").CASE
    for found in pkgutil.iter_modules(__path__)
    if not found.name.startswith("_")
}
