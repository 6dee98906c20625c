"""Lists of songs: JSPF for ListenBrainz and its like, CSV for spreadsheets, M3U for players."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from core.model import Track

#: Sources whose ids are MusicBrainz's.
_MUSICBRAINZ = frozenset({"listenbrainz", "musicbrainz"})
#: A cell that begins so is taken for a formula (OWASP, CSV Injection).
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")
_COLUMNS = ("artist", "title", "album", "isrc", "released", "duration_s", "url", "licence")


@dataclass(frozen=True, slots=True)
class Format:
    """How a list is written, and what it is called on the wire."""

    write: Callable[[str, Sequence[Track]], str]
    media_type: str


def jspf(title: str, tracks: Sequence[Track]) -> str:
    """XSPF as JSON (https://www.xspf.org/jspf), with MusicBrainz's and the recording industry's numbers where known."""
    rows = []
    for track in tracks:
        numbers = [f"https://musicbrainz.org/recording/{track.source_id}"] if track.source in _MUSICBRAINZ else []
        numbers += [f"isrc:{track.isrc}"] if track.isrc else []
        row = {
            "title": track.title,
            "creator": track.artist,
            "album": track.album,
            "identifier": numbers,
            "duration": round(track.duration_s * 1000) if track.duration_s else None,
            "location": [track.url] if track.url else [],
            "image": track.cover_url,
        }
        rows.append({name: value for name, value in row.items() if value})
    return json.dumps({"playlist": {"title": title, "track": rows}}, ensure_ascii=False, indent=2)


def table(title: str, tracks: Sequence[Track]) -> str:
    """Comma-separated values (RFC 4180) with a heading; a spreadsheet calculates nothing of what they say."""
    written = io.StringIO()
    writer = csv.writer(written)
    writer.writerow(_COLUMNS)
    for track in tracks:
        released, length = track.release_date or "", round(track.duration_s) if track.duration_s else ""
        row = (track.artist, track.title, track.album, track.isrc, released, length, track.url, track.licence_url)
        writer.writerow([_cell(str(value)) for value in row])
    return written.getvalue()


def m3u(title: str, tracks: Sequence[Track]) -> str:
    """Extended M3U in UTF-8: the songs that have an address."""
    lines = ["#EXTM3U", f"#PLAYLIST:{_line(title)}"]
    for track in tracks:
        if track.url:
            length = round(track.duration_s) if track.duration_s else -1
            lines += [f"#EXTINF:{length},{_line(str(track))}", _line(track.url)]
    return "\n".join(lines) + "\n"


FORMATS: Mapping[str, Format] = {
    "jspf": Format(jspf, "application/jspf+json"),
    "csv": Format(table, "text/csv"),
    "m3u": Format(m3u, "audio/x-mpegurl"),
}


def _cell(text: str) -> str:
    return f"'{text}" if text.startswith(_FORMULA) else text


def _line(text: str) -> str:
    return " ".join(text.split())
