"""Playlists cut in two by artist: one half is given, the songs of the other half are to be found.

A folder holds ``tracks.csv.gz`` (sid, artist_id, popularity and Spotify's numbers), ``playlists.csv.gz`` (pid, sid) and
``playlists_meta.csv`` (pid, user, kind). Of each playlist with 20 songs by 10 artists or more the artists are shuffled
and given until half of the songs are; at most 50 of them are shown to a ranker. Candidates are all songs of the folder
by artists who were not given. The cut depends on the playlist's name alone, so that all rankers have the same.
"""

from __future__ import annotations

import csv
import gzip
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from core.errors import BadInput, NoSuchPath
from core.model import Vector
from core.said import said
from workers.taste.encoding import NAMES

_FEWEST_SONGS, _FEWEST_ARTISTS, _TO_FIND = 20, 10, 3
_SHOWN, _LONGEST = 50, 200
#: An artist is little known when none of their songs here is more popular than this (Spotify's 0..100).
LITTLE_KNOWN = 40


@dataclass(frozen=True, slots=True)
class Playlists:
    """``numbers`` (N, 13) as :data:`workers.taste.encoding.NAMES`, each song's artist and their greatest popularity
    (NaN where unknown), each (N,); the rows of each list, and what kind it is and whose.
    """

    numbers: Vector
    artists: NDArray[np.int64]
    popularity: Vector
    lists: dict[str, NDArray[np.intp]]
    users: dict[str, str]


@dataclass(frozen=True, slots=True)
class Episode:
    """One list's cut: rows of the given songs, of the candidates, and which of those are to be found."""

    name: str
    user: str
    seeds: NDArray[np.intp]
    candidates: NDArray[np.intp]
    found: NDArray[np.bool_]


def read(folder: Path) -> Playlists:
    """Raises NoSuchPath, or BadInput for a folder with something else."""
    try:
        songs = sorted(_rows(folder / "tracks.csv.gz"), key=lambda row: int(row["sid"]))
        rows = {int(song["sid"]): row for row, song in enumerate(songs)}
        lists: dict[str, list[int]] = {}
        for entry in _rows(folder / "playlists.csv.gz"):
            lists.setdefault(entry["pid"], []).append(rows[int(entry["sid"])])
        users = {entry["pid"]: entry.get("user", "") for entry in _rows(folder / "playlists_meta.csv")}
        artists = np.array([int(song["artist_id"]) for song in songs])
        numbers = np.array([[_number(song, name) for name in NAMES] for song in songs], np.float32)
    except (KeyError, ValueError) as error:
        raise BadInput(problem=said("the tables in {name} are not as expected", name=folder.name)) from error
    except OSError as error:
        raise NoSuchPath(path=str(error.filename or folder)) from error
    popularity = np.array([float(song.get("popularity") or "nan") for song in songs])
    greatest = np.full(artists.max() + 1, np.nan)
    np.fmax.at(greatest, artists, popularity)
    kept = {name: np.array(lists[name]) for name in users if name in lists}
    return Playlists(numbers, artists, greatest[artists].astype(np.float32), kept, users)


def _rows(file: Path) -> list[dict[str, str]]:
    with gzip.open(file, "rt", encoding="utf-8") if file.suffix == ".gz" else file.open(encoding="utf-8") as lines:
        return list(csv.DictReader(lines))


def _number(song: dict[str, str], name: str) -> float:
    if name == "duration_s":
        return float(song["duration_ms"] or "nan") / 1000
    return float(song[name] or "nan")


def episodes(data: Playlists, names: Sequence[str], *, little_known: bool = False, seed: int = 0) -> Iterator[Episode]:
    """The cuts of the named lists that leave three songs or more to find; ``little_known``: among such artists only."""
    open_to = data.popularity <= LITTLE_KNOWN if little_known else np.ones(len(data.numbers), bool)
    for name in names:
        if not _long_enough(data, data.lists[name]):
            continue
        chance = np.random.default_rng(zlib.crc32(f"{seed}/{name}".encode()))
        songs = chance.permutation(data.lists[name])
        cut, songs = songs[_LONGEST:], songs[:_LONGEST]
        artists = data.artists[songs]
        given = _given(artists, chance.permutation(np.unique(artists)))
        mine = np.isin(artists, given)
        fair = open_to & ~np.isin(data.artists, given)
        fair[cut] = False
        candidates = np.flatnonzero(fair)
        found = np.isin(candidates, songs[~mine])
        if found.sum() >= _TO_FIND:
            yield Episode(name, data.users[name], songs[mine][:_SHOWN], candidates, found)


def _long_enough(data: Playlists, rows: NDArray[np.intp]) -> bool:
    return len(rows) >= _FEWEST_SONGS and len(np.unique(data.artists[rows])) >= _FEWEST_ARTISTS


def _given(artists: NDArray[np.int64], order: NDArray[np.int64]) -> NDArray[np.int64]:
    """The first artists of the order that have half of the songs together."""
    sizes = np.array([(artists == artist).sum() for artist in order])
    return order[: int(np.searchsorted(sizes.cumsum(), len(artists) / 2)) + 1]
