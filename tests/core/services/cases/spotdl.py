from __future__ import annotations

from datetime import date

from core.model import Track
from core.services._http import Manners
from core.services.spotdl import Spotdl
from core.settings import Settings
from core.settings import Spotdl as Group
from tests.core.services.cases._case import Case, check, find, preview


def build(_: str, __: Manners, ___: date) -> Spotdl:
    return Spotdl(Group(python="python"), 1)


EMBER = Track("Ember", ("Nova Pine",), "spotdl", "x")

CASE = Case(
    build=build,
    on=Settings(spotdl=Group(python="python")),
    off=Settings(),
    calls=(check(), find(EMBER), preview(EMBER)),
    answers={},
    exempt="it runs a program and has no HTTP of ours: see test_spotdl.py",
)
