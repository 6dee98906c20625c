"""What MusicBrainz and ListenBrainz share: ids, and which releases are an artist's own new music."""

from __future__ import annotations

import re

from core.services._fields import listed, text

#: Services whose artists have MusicBrainz ids.
WITH_MBIDS = frozenset({"listenbrainz", "musicbrainz"})

_MBID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.I)
_KINDS = {"", "album", "single", "ep"}
#: Secondary types that hold old songs, other people's songs or no songs (https://musicbrainz.org/doc/Release_Group/Type).
_NOT_NEW = {
    "compilation", "live", "remix", "dj-mix", "interview", "audiobook", "audio drama", "spokenword", "field recording",
}  # fmt: skip
_VARIOUS_ARTISTS = "89ad4ac3-39f7-470e-963a-56509c546377"


def mbid_of(value: object) -> str:
    """The MusicBrainz id in an id or in a link that has one; of a list, the first one's; "" without any."""
    first = next(iter(listed(value)), value)
    found = _MBID.search(text(first))
    return found[0].lower() if found else ""


def is_own_music(kind: object, others: object, artist: str, artist_id: str) -> bool:
    """Whether a release group of this primary type and these secondary types (one or a list) is new music of one act.

    A release group whose type nobody has filled in yet counts.
    """
    seconds = {text(other).lower() for other in (listed(others) or [others])}
    if text(kind).lower() not in _KINDS or seconds & _NOT_NEW:
        return False
    # "[unknown]", "[no artist]" and their like stand in brackets.
    return artist_id != _VARIOUS_ARTISTS and artist.casefold() != "various artists" and not artist.startswith("[")
