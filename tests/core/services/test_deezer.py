from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

import pytest

from core.errors import (
    BadInput,
    ForbiddenLink,
    PrivateOrEmpty,
    QuotaReached,
    ServiceDown,
    UnexpectedAnswer,
    UnknownLink,
    YasrError,
)
from core.model import Artist, Audience, Career, Release, Track
from core.services import Services
from core.services._http import Http
from core.services.deezer import Deezer
from core.settings import Deezer as Settings
from core.settings import Settings as AllSettings
from tests.fakes.deezer import FakeDeezer

TODAY = date(2026, 11, 20)
LINK = "https://www.deezer.com/us/{}/{}?utm_source=deezer"


@pytest.fixture
def deezer(fake: FakeDeezer, http: Http) -> Deezer:
    return Deezer(Settings(base_url=fake.base_url), http, today=lambda: TODAY)


def songs(fake: FakeDeezer, many: int, *, unreadable: int = 0) -> list[int | None]:
    artist = fake.artist("Nova Pine", fans=412)
    album = fake.album(artist, "First Light", date(2026, 11, 13))
    return [fake.track(f"Song {i}", artist, album, readable=i >= unreadable) for i in range(many)]


async def test_the_package_finds_it_unless_it_is_switched_off(fake: FakeDeezer) -> None:
    number = fake.playlist("Mine", songs(fake, 1))
    async with Services(AllSettings(deezer=Settings(base_url=fake.base_url))) as services:
        (reader,) = (reader for reader in services.readers if reader.name == "deezer")
        assert (await reader.read(LINK.format("playlist", number))).title == "Mine"
    async with Services(AllSettings(deezer=Settings(enabled=False))) as services:
        assert "deezer" not in {reader.name for reader in services.readers}


async def test_a_playlist(fake: FakeDeezer, deezer: Deezer) -> None:
    number = fake.playlist("Mine", songs(fake, 3))
    playlist = await deezer.read(LINK.format("playlist", number))
    assert playlist.title == "Mine"
    assert [str(track) for track in playlist.tracks] == [f"Nova Pine – Song {i}" for i in range(3)]
    assert (playlist.total, playlist.partial, playlist.notes) == (3, False, ())
    assert playlist.url == f"https://www.deezer.com/playlist/{number}"
    first = playlist.tracks[0]
    assert (first.album, first.duration_s, first.source, first.release_date) == (
        "First Light",
        180,
        "deezer",
        date(2026, 11, 13),
    )


@pytest.mark.parametrize(("inline", "page"), [(25, 25), (400, 100), (1, 100)])
async def test_all_pages_of_a_long_playlist(fake: FakeDeezer, deezer: Deezer, inline: int, page: int) -> None:
    fake.inline, fake.page = inline, page
    number = fake.playlist("Long", songs(fake, 457))
    playlist = await deezer.read(LINK.format("playlist", number))
    assert [track.title for track in playlist.tracks] == [f"Song {i}" for i in range(457)]
    assert not playlist.partial


async def test_a_playlist_beyond_the_limit_is_partial(
    fake: FakeDeezer, deezer: Deezer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("core.services.deezer._MAX_ROWS", 150)
    fake.inline = 25
    playlist = await deezer.read(LINK.format("playlist", fake.playlist("Long", songs(fake, 300))))
    assert (len(playlist.tracks), playlist.total, playlist.partial) == (150, 300, True)
    assert tuple(map(str, playlist.notes)) == ("I read at most 150 songs.",)


async def test_unreadable_and_empty_rows_are_counted(fake: FakeDeezer, deezer: Deezer) -> None:
    number = fake.playlist("Gaps", [*songs(fake, 100, unreadable=7), None, None])
    playlist = await deezer.read(LINK.format("playlist", number))
    assert (len(playlist.tracks), playlist.total, playlist.partial) == (93, 102, True)
    assert tuple(map(str, playlist.notes)) == ("9 songs are not available on Deezer.",)


async def test_a_later_page_that_fails_gives_a_partial_read(fake: FakeDeezer, deezer: Deezer) -> None:
    fake.inline = 25
    number = fake.playlist("Long", songs(fake, 300))
    fake.fail(f"/playlist/{number}/tracks", "500")
    playlist = await deezer.read(LINK.format("playlist", number))
    assert (len(playlist.tracks), playlist.total, playlist.partial) == (25, 300, True)
    assert "does not answer" in str(playlist.notes[0])


async def test_pages_that_go_round_in_a_circle_end(fake: FakeDeezer, deezer: Deezer) -> None:
    number = fake.playlist("Loop", songs(fake, 5))
    fake.loop = True
    playlist = await deezer.read(LINK.format("playlist", number))
    assert len(playlist.tracks) == 5
    assert tuple(map(str, playlist.notes)) == ("Deezer’s pages go round in a circle.",)
    assert len(fake.seen) == 2


async def test_an_album_names_itself_in_its_songs(fake: FakeDeezer, deezer: Deezer) -> None:
    artist = fake.artist("Nova Pine")
    album = fake.album(artist, "First Light", date(2026, 11, 13))
    for title in ("Ember", "Ash"):
        fake.track(title, artist, album)
    playlist = await deezer.read(LINK.format("album", album))
    assert [track.album for track in playlist.tracks] == ["First Light", "First Light"]
    assert playlist.tracks[0].release_date == date(2026, 11, 13)
    assert playlist.tracks[0].cover_url.startswith("https://")


async def test_a_track_and_an_artist(fake: FakeDeezer, deezer: Deezer) -> None:
    artist = fake.artist("Nova Pine")
    album = fake.album(artist, "First Light", TODAY)
    first, _ = (fake.track(title, artist, album) for title in ("Ember", "Ash"))
    assert [track.title for track in (await deezer.read(LINK.format("track", first))).tracks] == ["Ember"]
    top = await deezer.read(LINK.format("artist", artist))
    assert (top.title, [track.title for track in top.tracks]) == ("Nova Pine", ["Ember", "Ash"])


@pytest.mark.parametrize(
    ("kind", "error", "asked"),
    [("no data", PrivateOrEmpty, 1), ("quota", QuotaReached, 2), ("list", UnexpectedAnswer, 1)],
)
async def test_errors_come_with_status_200(
    fake: FakeDeezer, deezer: Deezer, kind: str, error: type[YasrError], asked: int
) -> None:
    fake.fail("/playlist", kind)
    with pytest.raises(error):
        await deezer.read(LINK.format("playlist", 7))
    assert len(fake.seen) == asked


async def test_a_quota_that_passes_is_waited_for(fake: FakeDeezer, deezer: Deezer) -> None:
    number = fake.playlist("Mine", songs(fake, 3))
    fake.fail("/playlist", "quota", times=1)
    assert len((await deezer.read(LINK.format("playlist", number))).tracks) == 3


async def test_gone_and_empty_playlists_say_so(fake: FakeDeezer, deezer: Deezer) -> None:
    for number in (1, fake.playlist("Empty", []), fake.playlist("Nothing playable", songs(fake, 2, unreadable=2))):
        with pytest.raises(PrivateOrEmpty, match="That playlist on Deezer is private, empty or gone"):
            await deezer.read(LINK.format("playlist", number))


@pytest.mark.parametrize(
    ("link", "error"),
    [
        ("https://www.deezer.com/us/profile/12345", BadInput),
        ("https://www.deezer.com/playlist/abc", BadInput),
        ("https://www.deezer.com/", BadInput),
        ("https://evil.example/playlist/1", UnknownLink),
        ("http://www.deezer.com/playlist/1", ForbiddenLink),
        ("https://www.deezer.com@evil.example/playlist/1", ForbiddenLink),
    ],
)
async def test_links_it_does_not_read(fake: FakeDeezer, deezer: Deezer, link: str, error: type[YasrError]) -> None:
    with pytest.raises(error) as caught:
        await deezer.read(link)
    assert type(caught.value) is error
    assert fake.seen == []


async def test_a_short_link_is_followed_and_checked_again(
    fake: FakeDeezer, deezer: Deezer, http: Http, monkeypatch: pytest.MonkeyPatch
) -> None:
    number = fake.playlist("Mine", songs(fake, 3))
    target = LINK.format("playlist", number)

    async def resolve(url: str, done: Callable[[str], object]) -> str:
        assert url == "https://link.deezer.com/s/abc"
        assert done(target) and not done(url)
        return target

    monkeypatch.setattr(http, "resolve", resolve)
    assert (await deezer.read("https://link.deezer.com/s/abc")).title == "Mine"
    target = "https://10.0.0.1/playlist/1"
    with pytest.raises(ForbiddenLink):
        await deezer.read("https://link.deezer.com/s/abc")


async def test_find_by_isrc(fake: FakeDeezer, deezer: Deezer) -> None:
    artist = fake.artist("Nova Pine")
    number = fake.track("Ember", artist, fake.album(artist, "First Light", TODAY), isrc="FR9W12600001")
    found = await deezer.find(Track("Ember", ("Nova Pine",), isrc="FR-9W1-26-00001"))
    assert found is not None
    assert (found.source_id, found.artist_id) == (str(number), str(artist))


async def test_find_by_names_without_featured_artists(fake: FakeDeezer, deezer: Deezer) -> None:
    artist = fake.artist("Nova Pine")
    album = fake.album(artist, "First Light", TODAY)
    live = fake.track("Ember (Live)", artist, album, seconds=201)
    plain = fake.track("Ember", artist, album, seconds=200)
    fake.track("Ember (Grey Harbour Remix)", artist, album, seconds=200)

    async def number(title: str, seconds: float | None = None) -> str | None:
        found = await deezer.find(
            Track(title, ("Nova Pine feat. Grey Harbour",), duration_s=seconds, isrc="XX0000000000")
        )
        return found.source_id if found else None

    assert await number("Ember (feat. Grey Harbour)", 202) == str(live)
    assert await number("Ember") == str(plain)
    assert await number("Ember (Live)") == str(live)
    assert await number("Ember", 300) is None
    assert await number("Another Song") is None


async def test_a_preview_is_fetched_afresh(fake: FakeDeezer, deezer: Deezer) -> None:
    artist = fake.artist("Nova Pine")
    album = fake.album(artist, "First Light", TODAY)
    clip = bytes(range(256)) * 40
    with_clip = Track("Ember", ("Nova Pine",), "deezer", str(fake.track("Ember", artist, album, preview=clip)))
    without = Track("Ash", ("Nova Pine",), "deezer", str(fake.track("Ash", artist, album, preview=b"")))
    assert await deezer.preview(with_clip) == clip
    assert fake.seen == [f"/track/{with_clip.source_id}", f"/preview/{with_clip.source_id}"]
    assert await deezer.preview(without) is None
    assert await deezer.preview(Track("Gone", ("Nobody",), "deezer", "1")) is None
    fake.fail("/preview", "403", times=1)
    assert await deezer.preview(with_clip) is None
    fake.fail("/preview", "huge", times=1)
    assert await deezer.preview(with_clip) is None
    fake.fail("/preview", "500")
    with pytest.raises(ServiceDown):
        await deezer.preview(with_clip)


async def test_audience_and_similar_artists(fake: FakeDeezer, deezer: Deezer) -> None:
    centre, near, shy = fake.artist("Nova Pine", 412), fake.artist("Grey Harbour", 0), fake.artist("Shy", None)
    fake.related(centre, [near, shy])
    artist = Artist("Nova Pine", "deezer", str(centre))
    assert (await deezer.audience(artist)).audience == Audience("fans on Deezer", 412, TODAY)
    assert await deezer.similar_artists(artist) == [
        Artist("Grey Harbour", "deezer", str(near), Audience("fans on Deezer", 0, TODAY)),
        Artist("Shy", "deezer", str(shy), None),
    ]


async def test_what_another_service_names_is_left_alone(fake: FakeDeezer, deezer: Deezer) -> None:
    artist = Artist("Nova Pine", "audius", "27")
    assert await deezer.audience(artist) == artist
    assert await deezer.similar_artists(artist) == []
    assert await deezer.preview(Track("Ember", ("Nova Pine",), "audius", "27")) is None
    assert fake.seen == []


async def test_new_releases(fake: FakeDeezer, deezer: Deezer) -> None:
    small, famous = fake.artist("Nova Pine", 412), fake.artist("Famous", 4_000_000)
    fresh = fake.album(small, "First Light", date(2026, 11, 13))
    edge = fake.album(famous, "Edge", date(2026, 11, 6))
    old, future = fake.album(small, "Old", date(2026, 11, 5)), fake.album(small, "Soon", date(2026, 11, 27))
    fake.track("Not here", small, fresh, readable=False)
    fake.track("Silent", small, fresh, preview=b"")
    for title in ("Ember", "Ash", "Third"):
        fake.track(title, small, fresh, isrc=f"FR{title}")
    for album in (edge, old, future):
        fake.track(f"On {album}", famous, album)
    found = [candidate async for candidate in deezer.new_releases(date(2026, 11, 6))]
    assert [candidate.track.title for candidate in found] == ["Ember", "Ash", f"On {edge}"]
    assert [candidate.audiences[0].count for candidate in found] == [412, 412, 4_000_000]
    assert found[0].track.release_date == date(2026, 11, 13)
    assert found[0].track.album == "First Light"
    assert sum(path.startswith(f"/artist/{small}") for path in fake.seen) == 1


async def test_new_releases_turn_pages_and_survive_an_odd_album(fake: FakeDeezer, deezer: Deezer) -> None:
    artist = fake.artist("Nova Pine", 412)
    albums = [fake.album(artist, f"Single {i}", TODAY) for i in range(230)]
    for album in albums:
        fake.track(f"Song {album}", artist, album)
    fake.fail(f"/album/{albums[3]}", "no data")
    fake.fail(f"/album/{albums[4]}", "html")
    fake.fail(f"/album/{albums[5]}", "huge")
    fake.fail(f"/album/{albums[6]}", "redirect", target="https://10.0.0.1/")
    assert len([candidate async for candidate in deezer.new_releases(TODAY)]) == 226


async def test_a_harvest_ends_when_deezer_is_down(fake: FakeDeezer, deezer: Deezer) -> None:
    artist = fake.artist("Nova Pine", 412)
    first, second = (fake.album(artist, title, TODAY) for title in ("One", "Two"))
    fake.track("Ember", artist, first)
    fake.fail(f"/album/{second}", "500")
    found = []
    with pytest.raises(ServiceDown):
        async for candidate in deezer.new_releases(TODAY):
            found.append(candidate)  # noqa: PERF401 - what came before the error is kept
    assert len(found) == 1


async def test_releases_of_one_artist(fake: FakeDeezer, deezer: Deezer) -> None:
    artist, other = fake.artist("Nova Pine", 412), fake.artist("Other", 1)
    for owner, title, day in ((artist, "New", 19), (artist, "Old", 1), (other, "Theirs", 19)):
        album = fake.album(owner, title, date(2026, 11, day), listed=False)
        fake.track(f"{title} song", owner, album)
    found = deezer.releases_of(Artist("Nova Pine", "deezer", str(artist)), date(2026, 11, 10))
    assert [candidate.track.title async for candidate in found] == ["New song"]


# ReleaseFinder, CareerSource


def announced(title: str, artist: str = "Nova Pine", released: date = TODAY) -> Release:
    return Release(title, (artist,), "listenbrainz", "x", released)


async def test_the_songs_of_a_release(fake: FakeDeezer, deezer: Deezer) -> None:
    artist, other = fake.artist("Nova Pine", 412), fake.artist("Nova Pine Trees", 9)
    for owner, title, released in (
        (artist, "First Light", date(2020, 11, 20)),  # the same name long ago
        (other, "First Light", TODAY),
        (artist, "First Light Remixes", TODAY),
        (artist, "First Light (Deluxe Edition)", date(2026, 10, 21)),
    ):
        album = fake.album(owner, title, released)
        fake.track("Silent", owner, album, preview=b"")
        for song in ("Ember", "Ash", "Third"):
            fake.track(f"{song} on {title}, {released.year}", owner, album)
    found = await deezer.songs_of(announced("First Light", "Nova Pine feat. Grey Harbour"))
    assert [str(one.track) for one in found] == [
        f"Nova Pine – {song} on First Light (Deluxe Edition), 2026" for song in ("Ember", "Ash")
    ]
    assert found[0].audiences == found[1].audiences == (Audience("fans on Deezer", 412, TODAY),)
    kinds = [path.strip("/").split("/")[0].partition("?")[0] for path in fake.seen]
    assert kinds == ["search", "album", "album", "artist"]


@pytest.mark.parametrize("days", [-31, 31])
async def test_a_reissue_is_another_release(fake: FakeDeezer, deezer: Deezer, days: int) -> None:
    artist = fake.artist("Nova Pine", 412)
    fake.track("Ember", artist, fake.album(artist, "First Light", TODAY))
    assert await deezer.songs_of(announced("First Light", released=TODAY + timedelta(days=days))) == []
    assert await deezer.songs_of(announced("Second Light")) == []
    assert len(await deezer.songs_of(announced("First Light", released=TODAY + timedelta(days=30)))) == 1


async def test_no_more_than_three_albums_are_looked_at(fake: FakeDeezer, deezer: Deezer) -> None:
    artist = fake.artist("Nova Pine", 412)
    for _ in range(9):
        fake.track("Ember", artist, fake.album(artist, "First Light", date(2020, 1, 1)))
    fake.fail("/album", "no data", times=1)
    fake.fail("/album", "html", times=1)
    assert await deezer.songs_of(announced('First "Light"')) == []
    assert len(fake.seen) == 4


async def test_a_career(fake: FakeDeezer, deezer: Deezer) -> None:
    artist = fake.artist("Nova Pine", 412)
    days = (date(2026, 11, 27), TODAY, date(2025, 11, 20), date(2025, 11, 19), date(2019, 5, 1))
    for number, day in enumerate(days):
        fake.album(artist, f"Album {number}", day)
    nova = Artist("Nova Pine", "deezer", str(artist))
    assert await deezer.career(nova) == Career("deezer", TODAY, date(2019, 5, 1), 5, 2)
    for number in range(400):
        fake.album(artist, f"Single {number}", date(2026, 1, 1))
    fake.seen.clear()
    assert await deezer.career(nova) == Career("deezer", TODAY, date(2019, 5, 1), 405, 297)
    assert len(fake.seen) == 3


async def test_who_has_no_career(fake: FakeDeezer, deezer: Deezer) -> None:
    newcomer = Artist("Nova Pine", "deezer", str(fake.artist("Nova Pine")))
    assert await deezer.career(newcomer) == Career("deezer", TODAY, None, 0, 0)
    fake.fail("/artist", "no data")
    assert await deezer.career(newcomer) is None
    assert await deezer.audience(newcomer) == newcomer
    assert await deezer.career(Artist("Nova Pine", "audius", "27")) is None
