"""Tables of songs: Exportify, TuneMyMusic, Soundiiz and plain "artist,title", with any of the usual delimiters."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Sequence
from datetime import date

from core.errors import NotReadable, WrongColumns
from core.model import Playlist, Track
from core.readers._songs import called, clean, playlist_of, song, spotify_url
from core.said import said

_DELIMITERS = ",;\t|"

#: Our name of a column and its headings in the wild, folded by :func:`_heading`; the first that is there is used.
_COLUMNS = {
    "title": ("track name", "title", "track", "song", "song name", "track title", "song title", "name"),
    "artist": ("artist name(s)", "artist name", "artists", "artist(s)", "artist", "artist names", "track artist",
               "performer", "album artist", "album artist name(s)"),
    "album": ("album name", "album", "album title"),
    "isrc": ("isrc", "isrc code"),
    "ms": ("duration (ms)", "track duration (ms)", "duration ms", "durationms"),
    "seconds": ("duration", "duration (s)", "length", "time"),
    "released": ("release date", "album release date"),
    "spotify": ("track uri", "spotify uri", "spotify id", "track id", "uri", "spotify track id", "spotify - id", "url"),
}  # fmt: skip
_JOINED = {"artist name(s)", "artists", "artist(s)", "artist names", "album artist name(s)"}
# "Tyler, The Creator" is one name, and so is every "X, The Y".
_ARTIST_COMMA = re.compile(r",(?!\s*the\s)", re.I)


def read_table(text: str, title: str = "your table") -> Playlist:
    """The songs of a delimited table with a header. Raises WrongColumns, NotReadable (a broken table) or NoSongs."""
    delimiter = delimiter_of(text)
    rows = _rows(text, delimiter or ",", title)
    header = next(rows, [])
    if delimiter is None:
        raise WrongColumns(columns=", ".join(filter(None, map(clean, header)))[:200] or said("none"))
    columns = _columns(header)
    joined = _heading(header[columns["artist"]]) in _JOINED
    songs = (_song({name: row[at] for name, at in columns.items() if at < len(row)}, joined) for row in rows)
    return playlist_of(songs, title, "csv", unit="rows")


def delimiter_of(text: str) -> str | None:
    """The delimiter under which the first line names an artist and a title, None when there is none."""
    first = next(iter(text[:5000].lstrip("\ufeff\r\n \t").splitlines()), "")
    for delimiter in _DELIMITERS:
        header = next(csv.reader([first], delimiter=delimiter), [])
        if {"artist", "title"} <= _columns(header).keys():
            return delimiter
    return None


def _rows(text: str, delimiter: str, title: str) -> Iterator[list[str]]:
    """The rows that are not blank; newlines inside quotes are part of their cell."""
    reader = csv.reader(io.StringIO(text.lstrip("\ufeff\r\n \t"), newline=""), delimiter=delimiter)
    try:
        yield from (row for row in reader if any(cell.strip() for cell in row))
    except csv.Error as error:
        raise NotReadable(
            what=called(title), problem=said("the table is broken at line {line}", line=str(reader.line_num))
        ) from error


def _columns(header: Sequence[str]) -> dict[str, int]:
    """Where our columns are."""
    headings = [_heading(cell) for cell in header]
    found = {name: next((known for known in names if known in headings), None) for name, names in _COLUMNS.items()}
    return {name: headings.index(heading) for name, heading in found.items() if heading}


def _heading(cell: str) -> str:
    return " ".join(cell.replace("_", " ").replace("\ufeff", "").strip(' "').casefold().split())


def _song(cells: dict[str, str], joined: bool) -> Track | None:
    credit = cells.get("artist", "")
    pattern = ";" if ";" in credit else _ARTIST_COMMA
    return song(
        re.split(pattern, credit) if joined else [credit],
        cells.get("title", ""),
        album=cells.get("album", ""),
        isrc=cells.get("isrc", ""),
        duration_s=_seconds(cells.get("ms", ""), 1000) or _seconds(cells.get("seconds", ""), 1),
        release_date=_day(cells.get("released", "")),
        url=spotify_url(cells.get("spotify", "")),
    )


def _seconds(cell: str, per_second: int) -> float | None:
    """A duration as a number or as "3:45", None for anything else."""
    if clock := re.fullmatch(r"\s*(\d{1,3}):([0-5]\d)\s*", cell):
        return int(clock[1]) * 60.0 + int(clock[2])
    plain = re.fullmatch(r"\s*(\d{1,9}(?:\.\d{1,6})?)\s*", cell)
    return float(plain[1]) / per_second if plain else None


def _day(cell: str) -> date | None:
    """A full date; a year alone is no date."""
    try:
        return date.fromisoformat(cell.strip()[:10])
    except ValueError:
        return None
