"""Tracks as rows and rows as tracks."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from core.model import Track


def row_of(track: Track) -> dict[str, Any]:
    """The columns of ``tracks`` that come from the track itself."""
    return {
        "source": track.source,
        "source_id": track.source_id or f"{track.artist}\n{track.title}",
        "title": track.title,
        "artists": list(track.artists),
        "artist_id": track.artist_id,
        "album": track.album,
        "isrc": track.isrc,
        "duration_s": track.duration_s,
        "release_date": track.release_date,
        "url": track.url,
        "cover_url": track.cover_url,
        "licence_url": track.licence_url,
        "path": str(track.path) if track.path else None,
        "generated": track.generated,
    }


def track_of(row: Mapping[str, Any]) -> Track:
    """The track that a row of ``tracks`` holds."""
    return Track(
        title=row["title"],
        artists=tuple(row["artists"]),
        source=row["source"],
        source_id=row["source_id"],
        artist_id=row["artist_id"],
        album=row["album"],
        isrc=row["isrc"],
        duration_s=row["duration_s"],
        release_date=row["release_date"],
        url=row["url"],
        cover_url=row["cover_url"],
        licence_url=row["licence_url"],
        path=Path(row["path"]) if row["path"] else None,
        generated=row["generated"],
    )
