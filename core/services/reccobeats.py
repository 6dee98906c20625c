"""ReccoBeats (https://reccobeats.com/docs): the ten features of songs by their Spotify ids, keyless, when switched on.

Nobody knows who runs it or where its numbers come from; they look like Spotify's, and know little of what is new.
"""

from __future__ import annotations

from collections.abc import Sequence

from core.errors import UnexpectedAnswer
from core.model import Features
from core.ports import Off
from core.services._fields import listed, mapping, text
from core.services._http import Http, Manners
from core.services._ten import features_of
from core.settings import ReccoBeats as Settings
from core.settings import Settings as AllSettings

_AT_ONCE = 40
_TRACK = "https://open.spotify.com/track/"
#: A song that was there in September 2026.
_KNOWN = "01K4zKU104LyJ8gMb7227B"


def http_for(settings: Settings, manners: Manners | None = None) -> Http:
    """The client for ReccoBeats, whose limits are not published: two requests a second are polite."""
    return Http("ReccoBeats", settings.base_url, {"api.reccobeats.com"}, manners or Manners(requests=2, per_s=1))


def connect(settings: AllSettings) -> ReccoBeats | Off:
    """ReccoBeats as the settings want it."""
    group = settings.reccobeats
    if not group.enabled:
        return Off(ReccoBeats.name, ReccoBeats.title, "switched on by YASR_RECCOBEATS__ENABLED")
    return ReccoBeats(group, http_for(group))


class ReccoBeats:
    """A FeatureSource."""

    name = "reccobeats"
    title = "ReccoBeats"
    extractor = "reccobeats"
    version = "1"

    def __init__(self, settings: Settings, http: Http) -> None:
        self._base = settings.base_url.rstrip("/")
        self._http = http

    async def close(self) -> None:
        """Closes its connections."""
        await self._http.close()

    async def check(self) -> None:
        """Asks for one song."""
        await self.features_of([_KNOWN])

    async def features_of(self, spotify_ids: Sequence[str]) -> dict[str, Features]:
        """The features by Spotify id. The rows come in any order and without those it does not know."""
        found: dict[str, Features] = {}
        for start in range(0, len(spotify_ids), _AT_ONCE):
            asked = spotify_ids[start : start + _AT_ONCE]
            answer = await self._http.get_json(f"{self._base}/v1/audio-features", {"ids": ",".join(asked)}, "song")
            rows = mapping(answer).get("content")
            if not isinstance(rows, list):
                raise UnexpectedAnswer(service=self.title)
            for row in map(mapping, listed(rows)):
                identity = text(row.get("href")).removeprefix(_TRACK)
                features = features_of(row, self.extractor, self.version)
                if identity in asked and features:
                    found[identity] = features
        return found
