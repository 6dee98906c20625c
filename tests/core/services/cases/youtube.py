from __future__ import annotations

from datetime import date
from typing import Any

from aiohttp import web

from core.model import Artist
from core.services._http import Manners
from core.services.youtube import Youtube, http_for
from core.settings import Settings
from core.settings import Youtube as Group
from tests.core.services.cases._case import Ask, Case, Read, audience, check, read

LISTED = "https://music.youtube.com/playlist?list=PLxyTaDz8f5PBc-8kE36gvB-eflhODG2dw"
BROWSE = "/youtubei/v1/browse"
#: A page holds a hundred rows in life; more than these would be too large an answer.
_MOST = 5_000
ARTIST = Artist("Nova Pine", "youtube", "UCTestChannelId0")


def build(base_url: str, manners: Manners, today: date) -> Youtube:
    group = Group(base_url=base_url)
    return Youtube(group, http_for(group, manners), lambda: today)


def front(_: Ask) -> web.Response:
    """The page from which the library takes a visitor's number."""
    return web.Response(text='<script>ytcfg.set({"VISITOR_DATA": "abc"});</script>', content_type="text/html")


def _runs(*texts: str) -> dict[str, Any]:
    return {"runs": [{"text": text} for text in texts]}


def _column(text: str, endpoint: dict[str, Any]) -> dict[str, Any]:
    run = {"text": text, "navigationEndpoint": endpoint}
    return {"musicResponsiveListItemFlexColumnRenderer": {"text": {"runs": [run]}}}


def _row(place: int) -> dict[str, Any]:
    kind = {"watchEndpointMusicConfig": {"musicVideoType": "MUSIC_VIDEO_TYPE_ATV"}}
    song = {"watchEndpoint": {"videoId": f"video{place:06d}", "watchEndpointMusicSupportedConfigs": kind}}
    page = {"browseEndpointContextMusicConfig": {"pageType": "MUSIC_PAGE_TYPE_ARTIST"}}
    artist = {"browseEndpoint": {"browseId": "UC1", "browseEndpointContextSupportedConfigs": page}}
    button = {"musicPlayButtonRenderer": {"playNavigationEndpoint": song}}
    overlay = {"musicItemThumbnailOverlayRenderer": {"content": button}}
    columns = [_column(f"Song {place}", song), _column("Nova Pine", artist)]
    return {"musicResponsiveListItemRenderer": {"flexColumns": columns, "overlay": overlay}}


def browse(ask: Ask) -> dict[str, Any]:
    """A playlist and an artist in one, in as much of the recorded shape as the library reads.

    The next page is asked for by a token.
    """
    header = {"title": _runs("Mine"), "subtitle": _runs("Playlist", " • ", "2026"),
              "secondSubtitle": _runs(f"{ask.rows} tracks", " • ", "1 hour")}  # fmt: skip
    rows: list[dict[str, Any]] = [_row(place) for place in range(min(ask.rows, _MOST))]
    if ask.next:
        command = {"continuationCommand": {"token": "again"}}
        rows.append({"continuationItemRenderer": {"continuationEndpoint": command}})
    tab = {"content": {"sectionListRenderer": {"contents": [{"musicResponsiveHeaderRenderer": header}]}}}
    shelf = {"musicPlaylistShelfRenderer": {"playlistId": "PL", **({"contents": rows} if rows else {})}}
    more = {"continuationItems": rows}
    channel = {"subscribeButtonRenderer": {"channelId": "UC1", "subscribed": False}}
    return {
        "header": {"musicImmersiveHeaderRenderer": {"title": _runs("Nova Pine"), "subscriptionButton": channel}},
        "contents": {
            "singleColumnBrowseResultsRenderer": {"tabs": [{"tabRenderer": tab}]},
            "twoColumnBrowseResultsRenderer": {
                "tabs": [{"tabRenderer": tab}], "secondaryContents": {"sectionListRenderer": {"contents": [shelf]}},
            },
        },
        **({"onResponseReceivedActions": [{"appendContinuationItemsAction": more}]} if ask.next else {}),
    }  # fmt: skip


READS = (
    Read("ytmusic/ytmusicapi_2025_10_get_playlist_collaborative.json", BROWSE, read(LISTED),
         ("collaborative", 2, 2, "Rick Astley – Never Gonna Give You Up")),
    Read("ytmusic/ytmusicapi_2026_07_get_artist_hashtag.json", BROWSE, audience(ARTIST), ("Nova Pine", None)),
    Read("ytmusic/ytmusicapi_2026_07_get_artist_two_column.json", BROWSE, audience(ARTIST), ("Nova Pine", None)),
)  # fmt: skip

CASE = Case(
    build=build,
    on=Settings(),
    off=Settings(youtube=Group(enabled=False)),
    calls=(check(), read(LISTED, breaks=BROWSE), audience(ARTIST, breaks=BROWSE)),
    answers={"/": front, BROWSE: browse},
    folder="ytmusic",
    # The front page is only looked at; it is never too large, and it is HTML.
    forgiven={
        ("check", "html"): "fine",
        ("check", "too large"): "fine",
        ("audience", "empty"): "given",
    },
    # Ten thousand rows come in pages of a hundred.
    most_requests=110,
    reads=READS,
    unused={
        "parsed_*": "no answer of the service, but what the library made of one",
        "spotdl_*": "we do not search",
    },
)
