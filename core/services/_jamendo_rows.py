"""Jamendo's JSON (https://developer.jamendo.com/v3.0) as tracks; sound addresses are never kept, they hold our id."""

from __future__ import annotations

from core.errors import AccessRefused, PrivateOrEmpty, QuotaReached, ServiceTrouble, UnexpectedAnswer
from core.model import Track
from core.services._fields import Row, day, mapping, seconds, text, web_link, whole

_BAD_CLIENT, _RATE, _SUSPENDED, _BAD_USER, _BAD_PLAYLIST = 5, 6, 11, 21, 24
_RATE_WAIT_S = 60  # Jamendo does not say how long
_LAST = 10**9


def results_of(answer: object, what: str) -> list[Row]:
    """The objects of ``results``; failures come with status 200 and a code.

    Raises PrivateOrEmpty, QuotaReached, UnexpectedAnswer, or AccessRefused for a client id that is not accepted
    (https://developer.jamendo.com/v3.0/response-codes).
    """
    headers, results = mapping(mapping(answer).get("headers")), mapping(answer).get("results")
    code = whole(headers.get("code")) or 0
    if code or headers.get("status") == "failed":
        raise _trouble(code, what)
    if not isinstance(results, list):
        raise UnexpectedAnswer(service="Jamendo")
    return [mapping(row) for row in results if mapping(row)]


def _trouble(code: int, what: str) -> ServiceTrouble:
    if code in (_BAD_CLIENT, _SUSPENDED):
        return AccessRefused(service="Jamendo")
    if code == _RATE:
        return QuotaReached(service="Jamendo", seconds=_RATE_WAIT_S)
    if code in (_BAD_USER, _BAD_PLAYLIST):
        return PrivateOrEmpty(service="Jamendo", what=what)
    return UnexpectedAnswer(service="Jamendo")


def place_of(row: object) -> int:
    """Where a track stands in its list; rows without a place come last."""
    place = whole(mapping(row).get("position"))
    return _LAST if place is None else place


def track_of(row: object, album: Row | None = None) -> Track | None:
    """The track in ``row``, None without a name; ``album`` fills in what the rows of an album leave out."""
    track, of_album = mapping(row), album or {}
    title, number = text(track.get("name")), text(track.get("id"))
    artist = text(track.get("artist_name")) or text(of_album.get("artist_name"))
    if not (title and artist and number.isdecimal()):
        return None
    return Track(
        title=title,
        artists=(artist,),
        source="jamendo",
        source_id=number,
        artist_id=text(track.get("artist_id")) or text(of_album.get("artist_id")),
        album=text(track.get("album_name")) or text(of_album.get("name")),
        duration_s=seconds(track.get("duration")),
        release_date=day(track.get("releasedate")) or day(of_album.get("releasedate")),
        url=web_link(track.get("shareurl")) or f"https://www.jamendo.com/track/{number}",
        cover_url=web_link(track.get("image")) or web_link(track.get("album_image")) or web_link(of_album.get("image")),
        licence_url=web_link(text(track.get("license_ccurl")).replace("http://", "https://", 1)),
    )
