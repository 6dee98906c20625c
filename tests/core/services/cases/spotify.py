from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

from pydantic import SecretStr

from core.errors import AccessRefused, PrivateOrEmpty, QuotaReached, SpotifyLinkFirst, SpotifyOwnerLapsed
from core.model import Listing
from core.services._http import Manners
from core.services.spotify import Spotify, SpotifyWithFeatures, http_for
from core.settings import Settings
from core.settings import Spotify as Group
from tests.core.services.cases._case import TODAY, Ask, Call, Case, Read, check, features_of, read, releases

SECRET = "s3cret"  # noqa: S105 - of nobody
NUMBER = "3jfr0TF6DQcOLat8gGn7E2"
LIST = f"/v1/playlists/{NUMBER}"
APP = {"client_id": "me", "client_secret": SecretStr(SECRET)}


def build(base_url: str, manners: Manners, _: date) -> Spotify:
    group = Group(base_url=f"{base_url}/v1", auth_url=base_url, page_url=base_url, features=True, **APP)
    return SpotifyWithFeatures(group, http_for(group, manners), manners)


class Given:
    """A listener's token."""

    async def token(self) -> str:
        return "t0ken"

    async def refresh(self) -> None:
        raise AccessRefused(service="Spotify")


def link(kind: str, number: str) -> Call:
    return read(f"https://open.spotify.com/{kind}/{number}")


def linked(what: str) -> Call:
    """What a listener who linked their account reads: one of their lists, or their playlists."""
    if what == "playlists":
        return Call(what, None, lambda service: service.for_listener(Given()).playlists())
    return Call(what, None, lambda service: service.for_listener(Given()).listing(Listing(what)))


def song(number: int) -> dict[str, Any]:
    return {"id": f"{number:022}", "name": f"Song {number}", "artists": [{"name": "Nova Pine"}], "duration_ms": 200_000}


def listing(ask: Ask, rows: list[dict[str, Any]]) -> dict[str, Any]:
    return {"items": rows, "total": 10**6 if ask.next else len(rows), "next": ask.next or None}


def songs(ask: Ask) -> dict[str, Any]:
    return listing(ask, [{"item": song(i)} for i in range(ask.rows)])


def albums(ask: Ask) -> dict[str, Any]:
    plain = {"name": "First Light", "artists": [{"name": "Nova Pine"}], "release_date": str(TODAY)}
    return {"albums": listing(ask, [{**plain, "id": str(i)} for i in range(ask.rows)])}


def features(ask: Ask) -> dict[str, Any]:
    names = ("danceability", "energy", "key", "loudness", "mode", "speechiness", "acousticness", "instrumentalness",
             "liveness", "valence", "tempo")  # fmt: skip
    return {"audio_features": [{"id": NUMBER, **dict.fromkeys(names, 1)}] * ask.rows}


ALBUM, ALBUM_SONGS, SONG = "/v1/albums/{id}", "/v1/albums/{id}/tracks", "/v1/tracks/{id}"
HEAD, ITEMS, OLD_ITEMS = "/v1/playlists/{id}", "/v1/playlists/{id}/items", "/v1/playlists/{id}/tracks"
SEARCH, FEATURES = "/v1/search (albums)", "/v1/audio-features"
EVER = releases(date(1900, 1, 1))
LONG_ALBUM = "2js3lkzAjWpD656NK7ZaJX"


def album(name: str, number: str, expected: object) -> Read:
    return Read(f"spotify/{name}.json", ALBUM, link("album", number), expected)


def rest_of_album(name: str, number: str, expected: object) -> Read:
    """The second page of an album of which the first one holds one song."""
    path = f"/v1/albums/{number}"
    first = {"items": [song(1)], "total": 50, "next": "more"}
    return Read(f"spotify/{name}.json", ALBUM_SONGS, link("album", number), expected, at=f"{path}/tracks/",
                own={path: {"name": "Album", "tracks": first}})  # fmt: skip


def track(name: str, number: str, expected: object) -> Read:
    return Read(f"spotify/{name}.json", SONG, link("track", number), expected)


def head(name: str, number: str, expected: object) -> Read:
    """The head of a playlist that has one song."""
    return Read(f"spotify/{name}.json", HEAD, link("playlist", number), expected,
                own={f"/v1/playlists/{number}/items": songs(Ask(""))})  # fmt: skip


def old_items(name: str, number: str, expected: object) -> Read:
    """The songs where there is no newer address for them."""
    return Read(
        f"spotify/{name}.json", OLD_ITEMS, link("playlist", number), expected, own={f"/v1/playlists/{number}": {}}
    )


def search(name: str, expected: object) -> Read:
    return Read(f"spotify/{name}.json", SEARCH, EVER, expected)


READS = (
    album("beets_album_info", "5l3zEmMrOhOzG8d8s83GOL",
          ("Despicable Me 2 (Original Motion Picture Soundtrack)", 24, 24, "CeeLo Green – Scream")),
    album("beets_multiartist_album", "0yhKyyjyKXWUieJ4w1IAEa", ("Akiba Night", 1, 1, "Foo, Bar – Akiba Nights")),
    album("harmony_albums-10FLjwfpbxLmW8c25Xyc2N", "10FLjwfpbxLmW8c25Xyc2N",
          ("Die With A Smile", 1, 1, "Lady Gaga, Bruno Mars – Die With A Smile")),
    album("joostlek_get_album", "3IqzqH6ShrRtie9Yd2ODyG", ("SINGLARITY", 11, 11, "Area 11 – All Your Friends")),
    album("rspotify_albums-2js3lkzAjWpD656NK7ZaJX_2017", LONG_ALBUM,
          ("69 Love Songs", 50, 69, "The Magnetic Fields – Absolutely Cuckoo")),
    album("rspotify_albums-5bU1XKYxHhEwukllT20xtk-market=ES_2017", "5bU1XKYxHhEwukllT20xtk",
          ("AM", 12, 12, "Arctic Monkeys – Do I Wanna Know?")),
    album("spotdl_albums-0UVKtbDrx2emV6lWyJQJyi_2024", "0UVKtbDrx2emV6lWyJQJyi",
          ("Tales Of A Stoned Ape", 12, 12, "GorillaT – Harmonic Revolution")),
    album("spotdl_albums-3aEwKTDudMUykXpjH1tjU8_2024", "3aEwKTDudMUykXpjH1tjU8",
          ("Feel It", 1, 1, "Hostage Situation, GorillaT – Feel It")),
    album("spotdl_albums-5Yz3dm81FYXsbNWPDDeq2P_2024", "5Yz3dm81FYXsbNWPDDeq2P",
          ("Deadweight", 1, 1, "GorillaT – Deadweight")),
    album("spotdl_albums-5o0A9wlHUUOB8mVxW1COX9_2024", "5o0A9wlHUUOB8mVxW1COX9", ("Pause", 1, 1, "GorillaT – Pause")),
    album("error_401_rspotify_albums-5bU1XKYxHhEwukllT20xtk_2019", "5bU1XKYxHhEwukllT20xtk", AccessRefused),
    rest_of_album("rspotify_albums-2js3lkzAjWpD656NK7ZaJX-tracks-limit=50-offset=50_2017", LONG_ALBUM,
                  ("Album", 20, 50, "Nova Pine – Song 1")),
    rest_of_album("spotdl_albums-0UVKtbDrx2emV6lWyJQJyi-tracks-limit=50-offset=0_2024", "0UVKtbDrx2emV6lWyJQJyi",
                  ("Album", 13, 50, "Nova Pine – Song 1")),
    rest_of_album("spotdl_albums-1lJgosn3c94EYaCdEq3Tbs-tracks-limit=50-offset=0_2024", "1lJgosn3c94EYaCdEq3Tbs",
                  ("Album", 12, 50, "Nova Pine – Song 1")),
    rest_of_album("spotdl_albums-4MQnUDGXmHOvnsWCpzeqWT-tracks-limit=50-offset=0_2024", "4MQnUDGXmHOvnsWCpzeqWT",
                  ("Album", 17, 50, "Nova Pine – Song 1")),
    track("beets_multiartist_track", "6sjZfVJworBX6TqyjkxIJ1", ("Akiba Nights", 1, 1, "Foo, Bar – Akiba Nights")),
    track("beets_track_info", "6NPVjNh8Jhru9xOmyQigds", ("Happy", 1, 1, "Pharrell Williams – Happy")),
    track("rspotify_tracks-3jfr0TF6DQcOLat8gGn7E2-market=ES_2017", NUMBER,
          ("Do I Wanna Know?", 1, 1, "Arctic Monkeys – Do I Wanna Know?")),
    track("rspotify_tracks-3jfr0TF6DQcOLat8gGn7E2_2014", NUMBER,
          ("Do I Wanna Know?", 1, 1, "Arctic Monkeys – Do I Wanna Know?")),
    track("spotdl_tracks-16uxYaIhavk2ZcvNqfWowP_2024", "16uxYaIhavk2ZcvNqfWowP",
          ("Home", 1, 1, "Jordan Schor, Harley Bird – Home")),
    track("spotdl_tracks-1T5dsbrRBL6K5QtAXgC6E0_2024", "1T5dsbrRBL6K5QtAXgC6E0",
          ("Runaway - Culture Code Remix", 1, 1, "Halcyon, Valentina Franco – Runaway - Culture Code Remix")),
    track("spotdl_tracks-2bNysgov8THEQCxIHnq1x7_2024", "2bNysgov8THEQCxIHnq1x7",
          ("Holding You", 1, 1, "Unknown Brain, Spce CadeX, Max Landry – Holding You")),
    track("spotdl_tracks-2k0llDQbEqSkiDpj7vyTnw_2024", "2k0llDQbEqSkiDpj7vyTnw",
          ("Platform 9", 1, 1, "Oneeva – Platform 9")),
    track("spotdl_tracks-55nZRG7TMAtFbsPzVTQ3iJ_2024", "55nZRG7TMAtFbsPzVTQ3iJ", ("Hold On", 1, 1, "Prismo – Hold On")),
    track("spotdl_tracks-5sOxqYCpkHwnFF6sOJg1o6_2024", "5sOxqYCpkHwnFF6sOJg1o6",
          ("Bleed", 1, 1, "Axol, The Tech Thieves – Bleed")),
    track("spotdl_tracks-5vfIQRFlU3nEtA4i8xReqz_2024", "5vfIQRFlU3nEtA4i8xReqz",
          ("Incomplete - Moombahton VIP", 1, 1, "Aero Chord, Anuka, Ddark – Incomplete - Moombahton VIP")),
    track("spotdl_tracks-649AbXFbU0UDYe2bhs9jSe_2024", "649AbXFbU0UDYe2bhs9jSe",
          ("Fearless Pt. II", 1, 1, "Lost Sky, Chris Linton – Fearless Pt. II")),
    Read("spotify/error_429_retry_after_79892.json", SONG, link("track", NUMBER), QuotaReached,
         at=f"/v1/tracks/{NUMBER}"),
    head("joostlek_new_playlist", "2dGgoMPWpapXYA6rX7ZbbB", ("New Playlist", 1, 1, "Nova Pine – Song 0")),
    head("joostlek_playlist_1", "1Cp6VQCKf2VL4sP09jN9oX", ("To find", 1, 1, "Nova Pine – Song 0")),
    head("joostlek_playlist_2", "3toMXYM91T55pKzuysH5Ph", ("Starred", 1, 1, "Nova Pine – Song 0")),
    head("joostlek_playlist_3", "0pM0KTMXM7K5qr3sL2DPw1", ("Pain", 1, 1, "Nova Pine – Song 0")),
    head("rspotify_playlists-37i9dQZF1DX1R3yDogYrbo_2018", "37i9dQZF1DX1R3yDogYrbo",
         ("This Is Caetano Veloso", 1, 1, "Nova Pine – Song 0")),
    head("spotdl_playlists-5LkNhFidYyyjRWwnkcMbQs-additional_types=track_2024", "5LkNhFidYyyjRWwnkcMbQs",
         ("Top 10 NCS Songs Episode 2", 1, 1, "Nova Pine – Song 0")),
    head("zmb3_get_playlist", "1h9q8vXXDl2vHOmwdsuXms", ("Rap RU", 1, 1, "Nova Pine – Song 0")),
    head("error_401_rspotify_playlists-37i9dQZF1DX1R3yDogYrbo_2018", "37i9dQZF1DX1R3yDogYrbo", AccessRefused),
    Read("spotify/joostlek_playlist_items.json", ITEMS, link("playlist", "1Cp6VQCKf2VL4sP09jN9oX"),
         ("To find", 1, 1, "Maribou State, Andreya Triana – All I Need"),
         beside=("spotify/joostlek_playlist_1.json",)),
    Read("spotify/error_403_premium_required_plain_text.json", ITEMS, link("playlist", NUMBER), SpotifyOwnerLapsed,
         at=f"{LIST}/items"),
    old_items("fragment_playlist_item_track_null", "37i9dQZEVXbfI1OlPEmIm5", PrivateOrEmpty),
    old_items("java_GetPlaylistsItemsRequest_Episode", "21THa8j9TaSGuXYNBU5tsC", PrivateOrEmpty),
    old_items("spotdl_playlists-5LkNhFidYyyjRWwnkcMbQs-tracks-limit=100-offset=0-additional_types=track-2Cepisod_2024",
              "5LkNhFidYyyjRWwnkcMbQs", ("Spotify", 9, 10, "Sub Urban – Cradles")),
    old_items("zmb3_playlist_items_episodes", "23Ay9WfURne0LvtlCvYTkj", PrivateOrEmpty),
    old_items("zmb3_playlist_items_episodes_and_tracks", "23Ay9WfURne0LvtlCvYTkj",
              ("Spotify", 2, 4, "Royal Blood – Typhoons")),
    old_items("zmb3_playlist_items_tracks", "23Ay9WfURne0LvtlCvYTkj", ("Spotify", 2, 2, "Royal Blood – Typhoons")),
    old_items("zmb3_playlist_tracks", "5lH9NjOeJvctAO92ZrKQNB", ("Spotify", 40, 40, "Rema – Calm Down")),
    search("harmony_search-type=album-q=upc-602475093060", (0,)),
    search("rspotify_search-limit=10-offset=0-q=AM-type=album_2017", (0,)),
    search("rspotify_search-limit=10-offset=10-q=AM-type=album_2017", (0,)),
    search("rspotify_search-limit=20-market=ES-offset=0-q=AM-type=album_2017", (0,)),
    search("rspotify_search-limit=20-offset=0-q=AM-type=album_2017", (0,)),
    search("rspotify_search-limit=20-offset=10-q=AM-type=album_2017", (0,)),
    search("spotdl_search-q=album-3A-yeezus-limit=10-offset=0-type=album_2024",
           (10, ("Itz Poppa – Yeezus Christ", "2023-12-01"))),
    Read("spotify/java_GetAudioFeaturesForSeveralTracksRequest.json", FEATURES,
         features_of("4JpKVNYnVcJ8tuMKjAj50A", "24JygzOLM0EmRQeGtFcIcG"), (2, ("24JygzOLM0EmRQeGtFcIcG", (13, 116)))),
    Read("spotify/rspotify_audio-features-ids=1zHlj4dQ8ZAtrayhuDDmkY-7ouMYWpwJ422jRcDASZB7P-4VqPOruhp5EdPBeR92t6lQ_2016.json",
         FEATURES, features_of("1zHlj4dQ8ZAtrayhuDDmkY", "7ouMYWpwJ422jRcDASZB7P", "4VqPOruhp5EdPBeR92t6lQ"),
         (3, ("1zHlj4dQ8ZAtrayhuDDmkY", (13, 130)))),
    Read("spotify/error_403_audio-features_no_message.json", FEATURES, features_of(NUMBER), (0,), at=FEATURES),
    Read("spotify/joostlek_saved_tracks.json", "/v1/me/tracks", linked("liked"),
         ("Liked songs", 48, 5320, "Starbenders – Cold Silver")),
    Read("spotify/joostlek_top_tracks.json", "/v1/me/top/tracks", linked("top"),
         ("Most played songs", 47, 48, "Lord Of The Lost – My Sanctuary")),
    Read("spotify/zmb3_current_users_top_tracks.json", "/v1/me/top/tracks", linked("top"),
         ("Most played songs", 20, 20, "insaneintherainmusic – Adventure Awaits! (Alola Region Theme)")),
    Read("spotify/fragment_me_playlists_item_2026.json", "/v1/me/playlists", linked("playlists"), (0,),
         own={"/v1/me/": {"id": "me"}}),
)  # fmt: skip

UNUSED = {
    "*-type=playlist_*": "playlists come by their link",
    "*-type=artist_*": "artists come with their songs",
    "*-type=track_*": "songs are found on other services: Spotify has no sound for us",
    "beets_*_request.json": "likewise",
    "joostlek_search.json": "likewise",
    "zmb3_search_*": "likewise",
    "zmb3_find_tracks_simple.json": "likewise",
    "error_401_rspotify_search-*": "a search for playlists, which we do not ask for",
    "joostlek_artist_*": "what an artist released is asked of other services",
    "rspotify_artists-*": "likewise",
    "spotdl_artists-*": "likewise",
    "zmb3_artist_top_tracks.json": "likewise",
    "zmb3_related_artists.json": "likewise",
    "zmb3_recommendations.json": "which songs are alike is ours to say",
    "rspotify_recommendations-*": "likewise",
    "rspotify_albums-ids=*": "new client ids may no longer ask for several at once",
    "rspotify_tracks-ids=*": "likewise",
    "java_GetSeveralAlbumsRequest_None.json": "likewise",
    "rspotify_audio-features-[0-9]*_201?.json": "features are asked for by the hundred",
    "joostlek_audio_features.json": "likewise",
    "rspotify_browse-*": "new client ids may not ask for what is new",
    "zmb3_new_releases.json": "likewise",
    "zmb3_find_albums.json": "several albums by their ids, in spite of its name",
    "zmb3_featured_playlists.json": "likewise",
    "*episode.json": "we read songs, no podcasts",
    "rspotify_episodes-*": "likewise",
    "joostlek_saved_episodes.json": "likewise",
    "rspotify_users-*": "an address that Spotify has taken down",
    "zmb3_current_users_albums.json": "of a listener we read songs",
}

CASE = Case(
    build=build,
    on=Settings(spotify=Group(features=True, **APP)),
    off=None,  # its links must always be answered
    calls=(
        check("/v1"),
        read(f"https://open.spotify.com/playlist/{NUMBER}", breaks="/v1"),
        read(f"https://open.spotify.com/playlist/{NUMBER}", "read: the token", "/api"),
        read(f"https://open.spotify.com/track/{NUMBER}", "read a song", "/v1"),
        replace(releases(), breaks="/v1"),
        replace(features_of(NUMBER), breaks="/v1"),
    ),
    answers={
        "/api/token": lambda _: {"access_token": "t0ken", "expires_in": 3600},
        "/oembed": lambda _: {"title": "Mine"},
        LIST: lambda _: {"name": "Mine"},
        f"{LIST}/items": songs,
        f"/v1/tracks/{NUMBER}": lambda _: song(1),
        "/v1/search": albums,
        FEATURES: features,
    },
    folder="spotify",
    secret=SECRET,
    forgiven={
        ("read", "403"): SpotifyLinkFirst,  # what a linked listener may read and we may not
        ("read a song", "empty"): "fine",
        # Whatever the token's address says but that it is down, Spotify does not let us in.
        ("read: the token", "404"): AccessRefused,
        ("read: the token", "html"): AccessRefused,
        ("read: the token", "too large"): AccessRefused,
        # The library's answers do not come through Http.
        # New client ids have no features: that is no trouble, and they are not asked for again.
        ("features_of", "403"): {},
    },
    # A token that is refused is renewed once. Where the songs are is asked for in the old way, too.
    tries={(call, "401"): 2 for call in ("check", "read", "read a song", "releases", "features_of")},
    reads=READS,
    unused=UNUSED,
)
