"""The invented artists of the demo catalogue, and how each of them plays. Any likeness to a real name is chance."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from workers.demo.score import Manner
from workers.demo.styles import STYLES, Style

_SEED = 20_260_105

_NAMES: dict[str, tuple[str, ...]] = {
    "ambient drift": (
        "Velmora Quist",
        "Nimbra Holloway",
        "Slow Ferrenwater",
        "Oskelune",
        "Tarn & Tessel",
        "Pale Undrift",
    ),
    "lo-fi beats": (
        "Mumblewick",
        "Cardigan Thorpel",
        "Dozy Pellerin",
        "Teacup Almanack",
        "Noonday Brisk",
        "Orlo Smudge",
    ),
    "synthwave": (
        "Vectra Lumaine",
        "Night Arcadium",
        "Zephrine Volt",
        "Chromehaven Drive",
        "Delta Marquille",
        "Rexa Turbine",
    ),
    "house": (
        "Luma Festrand",
        "Kerrigold Soul",
        "Pavo Marchetta",
        "Club Ondine West",
        "Tilda Groovenhagen",
        "Basement Orris",
    ),
    "drum & bass": ("Krillwright", "Axon Ferrule", "Jettisor", "Subharbour Nine", "Tessa Breakwell", "Quarrel & Flint"),
    "chiptune": (
        "Pixelbramble",
        "Mister Ferrobit",
        "Cartridge Finch",
        "Octavia Blip",
        "The Joypad Wrens",
        "Minna Mallory Jr",
    ),
    "folk pluck": (
        "Hazel Windermoor",
        "Brackenlight",
        "Ottoline Fernsby",
        "The Marrowfen Three",
        "Corin Applegarth",
        "Wren Tallowby",
    ),
    "piano ballad": (
        "Elspeth Varnholt",
        "Amadine Corrow",
        "Julian Hestergate",
        "Mirelle Askwood",
        "Theo Lanternsby",
        "Ivory Penhallam",
    ),
    "dub reggae": (
        "Ras Tambourel",
        "Echo Tamarind",
        "King Lagoonie",
        "Mellow Cassarine",
        "Dubwater Sound",
        "Sister Palmetta",
    ),
    "post-rock swell": (
        "Iron Estuaries",
        "We Drew the Coastline",
        "Sundial Cavalry",
        "Aurelith",
        "The Long Pylon",
        "Harrow Skies Above",
    ),
}

_FIRST = (
    "Amber", "Borrowed", "Copper", "Distant", "Early", "Folded", "Gentle", "Hidden", "Idle", "Juniper", "Kindled",
    "Lantern", "Midnight", "Northern", "Open", "Paper", "Quiet", "River", "Silver", "Tidal", "Upstairs", "Velvet",
    "Winter", "Yellow", "Cobalt", "Linen", "Marble", "Feather", "Salt", "Saffron",
)  # fmt: skip
_SECOND = (
    "Avenue", "Bridges", "Compass", "Daydream", "Engine", "Ferry", "Garden", "Harbour", "Island", "Letters", "Meadow",
    "Notebook", "Orchard", "Parade", "Quarter", "Rooftops", "Signal", "Station", "Umbrella", "Voyage", "Window",
    "Weather",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Member:
    """An invented artist: ``titles`` are their songs, ``manner`` how all of them are played."""

    name: str
    style: Style
    manner: Manner
    titles: tuple[str, ...]


def _manner(style: Style, number: int, of: int, rng: np.random.Generator) -> Manner:
    """Artists of one style are spread over its tempos, so that no two of them are alike."""
    low, high = style.tempo
    return Manner(
        tempo=low + (high - low) * (number + float(rng.uniform(0.2, 0.8))) / of,
        brightness=float(rng.uniform(0.7, 1.45)),
        density=float(rng.uniform(0.35, 1.0)),
        room=float(rng.uniform(0.6, 1.4)),
        punch=float(rng.uniform(0.55, 1.25)),
        loudness=float(rng.uniform(0.6, 1.1)),
        air=float(rng.uniform(0.5, 1.1)),
        voices=tuple(part.voices[rng.integers(len(part.voices))] for part in style.parts),
        beat=int(rng.integers(12)),
        lift=int(rng.integers(-3, 4)),
    )


def members() -> tuple[Member, ...]:
    """All invented artists, style by style, with three or four titles each; no title appears twice."""
    rng = np.random.default_rng(_SEED)
    titles = [f"{first} {second}" for first in _FIRST for second in _SECOND]
    order = iter(rng.permutation(len(titles)))
    cast = []
    for style in STYLES:
        names = _NAMES[style.name]
        for number, name in enumerate(names):
            manner = _manner(style, number, len(names), rng)
            songs = tuple(titles[next(order)] for _ in range(4 - number % 2))
            cast.append(Member(name, style, manner, songs))
    return tuple(cast)
