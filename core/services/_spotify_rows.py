"""Spotify's rows as our nouns. Only what identifies a song is kept: names, ISRC, day, link and cover."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from core.errors import PrivateOrEmpty
from core.model import Playlist, Release, Track
from core.said import Said
from core.services import _notes
from core.services._fields import Row, day, listed, mapping, text, web_link, whole

SERVICE = "spotify"
PAGES = "https://open.spotify.com"


def track_of(row: object, album: Row | None = None) -> Track | None:
    """The song of a row; None for an episode, one that was taken down, or no song at all.

    A row holds its song as ``item``, before February 2026 as ``track``, or is the song itself. Songs of an album do
    not say which: it is given as ``album``. A local file has names and no id.
    """
    whole_row = mapping(row)
    inner = (found for name in ("item", "track") if isinstance(found := whole_row.get(name), Mapping))
    song: Row = next(inner, whole_row)
    title, artists = text(song.get("name")), names_of(song)
    if song.get("type") == "episode" or song.get("is_playable") is False or not title or not artists:
        return None
    number = text(song.get("id"))
    length = whole(song.get("duration_ms"))
    on = mapping(song.get("album")) if album is None else album
    return Track(
        title,
        artists,
        SERVICE,
        number,
        artist_id=_artist_id(song),
        album=text(on.get("name")),
        isrc=text(mapping(song.get("external_ids")).get("isrc")).replace("-", ""),
        duration_s=length / 1000 if length else None,
        release_date=day(on.get("release_date")),
        url=f"{PAGES}/track/{number}" if number else "",
        cover_url=_cover(on),
    )


def release_of(row: object) -> Release | None:
    """The album of a row; None without a title, an artist, an id or a whole date."""
    album = mapping(row)
    title, artists, number = text(album.get("name")), names_of(album), text(album.get("id"))
    released = day(album.get("release_date"))
    if not (title and artists and number and released):
        return None
    url = f"{PAGES}/album/{number}"
    return Release(title, artists, SERVICE, number, released, _artist_id(album), url, _cover(album))


def playlist_of(
    title: str, songs: Sequence[Track | None], url: str, what: str, total: int | None = None, note: Said | None = None
) -> Playlist:
    """The readable songs; ``note`` says why there are no more. Raises PrivateOrEmpty when there is none."""
    tracks = tuple(song for song in songs if song)
    if not tracks:
        raise PrivateOrEmpty(service="Spotify", what=what)
    notes = [note] if note else []
    if missing := len(songs) - len(tracks):
        notes.append(_notes.no_song(missing, "Spotify"))
    return Playlist(title or "Spotify", tracks, SERVICE, max(total or 0, len(songs)), url, tuple(notes))


def names_of(row: Row) -> tuple[str, ...]:
    """The artists' names, the main artist first."""
    return tuple(name for artist in listed(row.get("artists")) if (name := text(mapping(artist).get("name"))))


def _artist_id(row: Row) -> str:
    return next((text(mapping(artist).get("id")) for artist in listed(row.get("artists"))), "")


def _cover(album: Row) -> str:
    return next((web_link(mapping(image).get("url")) for image in listed(album.get("images"))), "")
