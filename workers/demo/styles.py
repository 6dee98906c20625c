"""The ten styles of the demo catalogue, as data: how fast, in which modes, over which chords, played by what.

A rhythm is one bar as a string of sixteen sixteenths: ``x`` starts a note or strikes, ``o`` does so softly,
``-`` holds, ``.`` rests. For a bass, ``5`` starts a fifth and ``8`` an octave above the root.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

Role = Literal["chord", "arpeggio", "bass", "melody"]


@dataclass(frozen=True, slots=True)
class Part:
    """One player. ``voices`` are alternatives between artists, ``rhythms`` between songs.

    ``low`` is the lowest MIDI note; ``echo`` the level of a dotted-eighth echo; ``enters`` the fraction of the song
    that passes before the part plays.
    """

    role: Role
    voices: tuple[str, ...]
    rhythms: tuple[str, ...]
    low: int
    gain: float
    echo: float = 0.0
    enters: float = 0.0


@dataclass(frozen=True, slots=True)
class Style:
    """``tempo`` in BPM, lowest and highest; ``progressions`` are scale degrees (0 is the tonic), one chord per bar.

    ``swing`` delays every second sixteenth by that fraction of one; ``pump`` ducks the players under the kick drum;
    ``swell`` is how much quieter the beginning is; ``tape_hz`` closes a low-pass over the whole; ``hiss`` adds noise;
    ``level`` is the RMS of the mix.
    """

    name: str
    tempo: tuple[float, float]
    modes: tuple[str, ...]
    progressions: tuple[tuple[int, ...], ...]
    parts: tuple[Part, ...]
    kit: str = ""
    beats: tuple[Mapping[str, str], ...] = ()
    drum_gain: float = 1.0
    drums_enter: float = 0.0
    chord_size: int = 3
    swing: float = 0.0
    room: float = 0.15
    room_s: float = 0.8
    pump: float = 0.0
    swell: float = 0.0
    tape_hz: float = 14_000
    hiss: float = 0.0
    level: float = 0.14


STYLES: tuple[Style, ...] = (
    Style(
        "ambient drift",
        (66, 76),
        ("lydian", "major", "dorian"),
        ((0, 3, 0, 4), (0, 1, 0, 3), (0, 5, 3, 5)),
        (
            Part("chord", ("warm pad", "glass pad", "choir pad"), ("x---------------",), 48, 0.5),
            Part("bass", ("sub bass",), ("x---------------",), 33, 0.3),
            Part(
                "melody",
                ("bells", "harp", "flute"),
                ("x-------....x---", "....x-------....", "x---............"),
                67,
                0.22,
                echo=0.5,
            ),
        ),
        chord_size=4,
        room=0.6,
        room_s=2.2,
        level=0.1,
    ),
    Style(
        "lo-fi beats",
        (76, 90),
        ("dorian", "minor", "major"),
        ((1, 4, 0, 5), (0, 3, 1, 4), (3, 2, 1, 0)),
        (
            Part(
                "chord",
                ("electric piano", "tine piano", "soft keys"),
                ("x-----x---o-----", "x-------..x-----"),
                52,
                0.4,
            ),
            Part("bass", ("upright bass", "round bass"), ("x-----..x-x---..", "x---..5---x-..8-"), 31, 0.5),
            Part(
                "melody",
                ("soft keys", "nylon guitar", "flute"),
                ("x---x-x-....x---", "..x-x---x-......", "x-x-..x---......"),
                64,
                0.25,
                echo=0.2,
            ),
        ),
        "dusty",
        (
            {"kick": "x.....x.o.x.....", "snare": "....x.......x..o", "hat": "x.o.x.o.x.o.x.oo"},
            {"kick": "x..o......x..o..", "snare": "....x.......x...", "hat": "x.x.x.x.x.x.x.x."},
            {"kick": "x.......x.x....o", "snare": "....x..o....x...", "hat": "o.x.o.x.o.x.o.x."},
        ),
        0.8,
        chord_size=4,
        swing=0.3,
        room=0.12,
        tape_hz=4500,
        hiss=0.006,
    ),
    Style(
        "synthwave",
        (96, 114),
        ("minor", "dorian"),
        ((0, 5, 2, 6), (0, 3, 5, 6), (5, 6, 0, 0)),
        (
            Part("chord", ("poly brass", "saw stack", "warm pad"), ("x---------------",), 52, 0.26),
            Part("bass", ("analog bass",), ("x-x-x-x-x-x-x-x-", "x-x-8-x-x-x-8-x-", "x.xxx.xxx.xxx.xx"), 33, 0.45),
            Part("arpeggio", ("neon lead", "square arp"), ("xxxxxxxxxxxxxxxx", "x.xxx.xxx.xxx.xx"), 64, 0.13, echo=0.2),
            Part(
                "melody",
                ("neon lead", "soft lead"),
                ("x-----x-----x---", "x-------x-x-x---"),
                69,
                0.2,
                echo=0.35,
                enters=0.3,
            ),
        ),
        "machine",
        (
            {"kick": "x...x...x...x...", "snare": "....x.......x...", "hat": "..x...x...x...x."},
            {"kick": "x.......x.x.....", "snare": "....x.......x...", "hat": "x.x.x.x.x.x.x.x."},
        ),
        0.8,
        room=0.25,
        room_s=1.3,
        pump=0.35,
    ),
    Style(
        "house",
        (119, 127),
        ("minor", "dorian"),
        ((0, 0, 3, 3), (0, 5, 3, 4), (0, 2, 3, 5)),
        (
            Part(
                "chord",
                ("house stab", "electric piano", "tonewheel organ"),
                ("x..x..x...x..x..", "..x...x..x....x.", "x..x....x..x...."),
                55,
                0.36,
                echo=0.15,
            ),
            Part(
                "bass",
                ("round bass", "analog bass", "sub bass"),
                ("..x-..x-..x-..8-", "..x...xx..x..x8.", "x..x..x.x..x..8."),
                33,
                0.5,
            ),
            Part("chord", ("warm pad", "glass pad"), ("x---------------",), 60, 0.12, enters=0.3),
        ),
        "machine",
        (
            {"kick": "x...x...x...x...", "clap": "....x.......x...", "open hat": "..x...x...x...x.", "hat": "o.oo" * 4},
            {"kick": "x...x...x...x...", "clap": "....x.......x..o", "open hat": "..x...x...x...x."},
            {"kick": "x...x...x...x..o", "clap": "....x.......x...", "hat": "ooxoooxoooxoooxo"},
        ),
        0.95,
        chord_size=4,
        swing=0.08,
        room=0.15,
        pump=0.6,
        level=0.17,
    ),
    Style(
        "drum & bass",
        (168, 176),
        ("minor", "dorian"),
        ((0, 0, 5, 5), (0, 0, 3, 3), (0, 0, 6, 5)),
        (
            Part(
                "bass",
                ("reese bass", "sub bass"),
                ("x-------x---x---", "x-----x-----8---", "x---------x-----"),
                31,
                0.5,
            ),
            Part("chord", ("glass pad", "warm pad", "choir pad"), ("x---------------",), 57, 0.2),
            Part(
                "melody",
                ("bells", "tine piano", "soft lead"),
                ("x-----x-....x---", "....x---x-x-....", "x---....x---...."),
                67,
                0.16,
                echo=0.4,
            ),
        ),
        "break",
        (
            {"kick": "x.........x.....", "snare": "....x.......x...", "hat": "x.x.x.x.x.x.x.x."},
            {
                "kick": "x.x.......xx....",
                "snare": "....x..o.o..x..o",
                "ride": "x...x...x...x...",
                "hat": "..x...x...x...x.",
            },
            {"kick": "x.....x...x.....", "snare": "....x..o....x.o.", "hat": "xoxoxoxoxoxoxoxo"},
        ),
        1.0,
        room=0.2,
        level=0.17,
    ),
    Style(
        "chiptune",
        (136, 160),
        ("major", "minor", "mixolydian"),
        ((0, 4, 5, 3), (0, 5, 3, 4), (0, 3, 4, 0)),
        (
            Part(
                "melody",
                ("square lead", "pulse lead"),
                ("x-x-x-x-x---x-x-", "x--x--x-x-x-x---", "x---x-x-x-x-x-x-"),
                69,
                0.3,
            ),
            Part("arpeggio", ("square arp", "pulse lead"), ("xxxxxxxxxxxxxxxx", "x.xxx.xxx.xxx.xx"), 60, 0.18),
            Part("bass", ("triangle bass",), ("x-x-8-x-x-x-8-x-", "x..x..x.x..x..8."), 38, 0.5),
        ),
        "chip",
        (
            {"kick": "x...x...x...x...", "snare": "....x.......x...", "hat": "x.x.x.x.x.x.x.x."},
            {"kick": "x.....x.x.......", "snare": "....x.......x.x.", "hat": "x.xxx.xxx.xxx.xx"},
        ),
        0.6,
        room=0.0,
    ),
    Style(
        "folk pluck",
        (92, 116),
        ("major", "mixolydian", "dorian"),
        ((0, 3, 0, 4), (0, 4, 5, 3), (0, 6, 3, 0)),
        (
            Part(
                "arpeggio",
                ("nylon guitar", "steel guitar", "harp"),
                ("x-x-x-x-x-x-x-x-", "x-x-xxx-x-x-xxx-", "x---x-x-x-x-x-x-"),
                55,
                0.42,
            ),
            Part("bass", ("nylon guitar", "upright bass"), ("x-------5-------", "x-----x-5-------"), 40, 0.45),
            Part(
                "melody",
                ("flute", "steel guitar", "melodica"),
                ("x---x-x-x-------", "x-------x-x-x---", "....x---x-x-x---"),
                67,
                0.22,
                enters=0.2,
            ),
        ),
        "hand",
        (
            {"shaker": "x.o.x.o.x.o.x.o."},
            {"kick": "x.......x.......", "shaker": "o.x.o.x.o.x.o.x."},
            {},
        ),
        0.35,
        room=0.18,
        level=0.12,
    ),
    Style(
        "piano ballad",
        (66, 80),
        ("major", "minor"),
        ((0, 4, 5, 3), (5, 3, 0, 4), (0, 2, 3, 4)),
        (
            Part(
                "arpeggio",
                ("felt piano", "grand piano"),
                ("x-x-x-x-x-x-x-x-", "x---x---x---x---", "x-x-x-x-x---x---"),
                52,
                0.36,
            ),
            Part("bass", ("grand piano", "felt piano"), ("x-------x-------", "x---------------"), 33, 0.45),
            Part(
                "melody",
                ("grand piano", "felt piano"),
                ("x---x-x-x-------", "x-----x-x---x---", "x-------x---x-x-"),
                67,
                0.4,
            ),
        ),
        room=0.3,
        room_s=1.6,
        level=0.11,
    ),
    Style(
        "dub reggae",
        (68, 78),
        ("minor", "dorian", "mixolydian"),
        ((0, 0, 3, 0), (0, 6, 0, 6), (0, 3, 0, 4)),
        (
            Part(
                "chord", ("skank guitar", "bubble organ"), ("....x-......x-..", "....x.x.....x.x."), 57, 0.45, echo=0.35
            ),
            Part(
                "bass",
                ("sub bass", "round bass"),
                ("x---..x-x-5---..", "..x-x-x-..8-x-..", "x-----5-..x-x---"),
                30,
                0.7,
            ),
            Part("chord", ("bubble organ", "tonewheel organ"), ("..x...x...x...x.", "..xx..xx..xx..xx"), 60, 0.14),
            Part(
                "melody",
                ("melodica", "soft lead"),
                ("x-----x-x-......", "................", "....x-x-x-------"),
                67,
                0.2,
                echo=0.55,
            ),
        ),
        "roots",
        (
            {"kick": "........x.......", "rim": "........x.......", "hat": "x.o.x.o.x.o.x.oo"},
            {"kick": "x...x...x...x...", "rim": "........x.....o.", "hat": "..x...x...x...x."},
        ),
        0.9,
        swing=0.15,
        room=0.25,
        room_s=1.4,
        tape_hz=9000,
    ),
    Style(
        "post-rock swell",
        (124, 140),
        ("major", "minor", "mixolydian"),
        ((0, 0, 5, 5, 3, 3, 4, 4), (5, 5, 3, 3, 0, 0, 4, 4), (0, 0, 2, 2, 3, 3, 5, 5)),
        (
            Part(
                "arpeggio",
                ("picked electric", "steel guitar"),
                ("xxxxxxxxxxxxxxxx", "x-x-x-x-x-x-x-x-", "x-xxx-xxx-xxx-xx"),
                62,
                0.26,
                echo=0.3,
            ),
            Part("chord", ("swell guitar", "saw stack"), ("x---------------",), 50, 0.34, enters=0.2),
            Part("bass", ("analog bass", "round bass"), ("x-x-x-x-x-x-x-x-", "x---x---x---x---"), 33, 0.4, enters=0.35),
            Part(
                "melody",
                ("swell guitar", "picked electric"),
                ("x-------x-------", "x-----------x---"),
                69,
                0.2,
                echo=0.35,
                enters=0.5,
            ),
        ),
        "hall",
        (
            {"kick": "x.......x.x.....", "snare": "....x.......x...", "ride": "x...x...x...x..."},
            {"kick": "x.x.....x.x.....", "snare": "........x.......", "ride": "x.x.x.x.x.x.x.x."},
        ),
        0.8,
        drums_enter=0.35,
        room=0.4,
        room_s=2.0,
        swell=0.5,
        level=0.15,
    ),
)
