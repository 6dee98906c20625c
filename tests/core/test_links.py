from __future__ import annotations

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.errors import BadInput, ForbiddenLink, NoReader, UnknownLink, revive
from core.links import belongs, checked, find_link

HOSTS = frozenset({"deezer.com", "www.deezer.com", "link.deezer.com", "*.dzcdn.net"})


@pytest.mark.parametrize(
    ("text", "link"),
    [
        ("https://www.deezer.com/us/playlist/908622995", "https://www.deezer.com/us/playlist/908622995"),
        ("songs like https://deezer.com/album/1, please!", "https://deezer.com/album/1"),
        ("<https://link.deezer.com/s/abc>", "https://link.deezer.com/s/abc"),
        ("(see https://youtu.be/abc)", "https://youtu.be/abc"),
        ("**https://www.deezer.com/track/3**", "https://www.deezer.com/track/3"),
        ("deezer.com/playlist/7", "https://deezer.com/playlist/7"),
        ("www.deezer.com/en/album/7?x=1", "https://www.deezer.com/en/album/7?x=1"),
        ("HTTPS://WWW.DEEZER.COM/playlist/7", "HTTPS://WWW.DEEZER.COM/playlist/7"),
        ("first deezer.com/album/1 then https://deezer.com/album/2", "https://deezer.com/album/1"),
        ("file:///etc/passwd", "file:///etc/passwd"),
        ("http://127.0.0.1/", "http://127.0.0.1/"),
        ("https://[::1]/", "https://[::1]/"),
        ("https://user@evil", "https://user@evil"),
        ("javascript:alert(1)", "javascript:alert(1"),
        ("data:text/html;base64,AAAA", "data:text/html;base64,AAAA"),
        ("ftp://example.com/x", "ftp://example.com/x"),
        ("spotify:playlist:37i9dQZF1DXcBWIGoYBM5M", "https://open.spotify.com/playlist/37i9dQZF1DXcBWIGoYBM5M"),
        ("Radiohead – Creep", None),
        ("AC/DC – T.N.T.", None),
        ("2:54 – Creeping", None),
        ("Bon Iver – re: Stacks", None),
        ("Data: a song", None),
        ("me@deezer.com/x", None),
        ("", None),
    ],
)
def test_find_link(text: str, link: str | None) -> None:
    assert find_link(text) == link


@pytest.mark.parametrize(
    ("link", "canonical"),
    [
        ("https://www.deezer.com/us/playlist/9?a=1#top", "https://www.deezer.com/us/playlist/9?a=1"),
        ("HTTPS://WWW.DEEZER.COM/playlist/9", "https://www.deezer.com/playlist/9"),
        ("https://www.deezer.com:443/playlist/9", "https://www.deezer.com/playlist/9"),
        ("https://www.deezer.com./playlist/9", "https://www.deezer.com/playlist/9"),
        ("https://deezer.com", "https://deezer.com/"),
        ("https://cdnt-preview.dzcdn.net/x.mp3?hdnea=exp=1~acl=/x", "https://cdnt-preview.dzcdn.net/x.mp3?hdnea=exp=1~acl=/x"),
    ],
)  # fmt: skip
def test_allowed_links_come_back_in_one_form(link: str, canonical: str) -> None:
    assert checked(link, HOSTS) == canonical


@pytest.mark.parametrize(
    "link",
    [
        "http://www.deezer.com/playlist/1",
        "http://127.0.0.1/",
        "https://127.0.0.1/",
        "https://10.0.0.1/",
        "https://192.168.1.1:443/",
        "https://8.8.8.8/",
        "https://2130706433/",
        "https://0x7f000001/",
        "https://0x7f.0.0.1/",
        "https://0177.0.0.1/",
        "https://127.1/",
        "https://[::1]/",
        "https://[::ffff:127.0.0.1]/",
        "https://[::1",
        "https://１２７.０.０.１/",
        "https://127。0。0。1/",
        "https://%31%32%37.0.0.1/",
        "https://localhost/",
        "https://user@evil",
        "https://www.deezer.com@evil.example/",
        "https://user:secret@www.deezer.com/",
        "https://www.deezer.com\\@evil.example/",
        "https://www.deezer.com:8443/",
        "https://www.deezer.com:99999/",
        "https://www.deezer.com:x/",
        "https://www.deezer.com/a b",
        "https://www.deezer.com/a\r\nHost: evil",
        "file:///etc/passwd",
        "ftp://www.deezer.com/",
        "javascript:alert(1)",
        "data:text/html,x",
        "//www.deezer.com/",
        "www.deezer.com/playlist/1",
        "https://",
        "https:///playlist/1",
        "",
    ],
)
def test_forbidden_links(link: str) -> None:
    with pytest.raises(ForbiddenLink) as caught:
        checked(link, HOSTS)
    assert "secret" not in str(caught.value)


@pytest.mark.parametrize(
    ("link", "service"),
    [
        ("https://www.deezer.com/playlist/1", "Deezer"),
        ("https://link.deezer.com/s/x", "Deezer"),
        ("https://open.spotify.com/playlist/37i9dQZF1DXcBWIGoYBM5M", "Spotify"),
        ("https://spotify.link/abc", "Spotify"),
        ("https://music.youtube.com/playlist?list=x", "YouTube Music"),
        ("https://www.youtube.com/watch?v=x", "YouTube"),
        ("https://youtu.be/x", "YouTube"),
        ("https://music.apple.com/us/playlist/x/pl.1", "Apple Music"),
        ("https://tidal.com/browse/playlist/x", "Tidal"),
        ("https://soundcloud.com/a/sets/b", "SoundCloud"),
        ("https://someone.bandcamp.com/album/x", "Bandcamp"),
        ("https://audius.co/a/playlist/b", "Audius"),
        ("https://www.last.fm/user/x", "Last.fm"),
        ("https://listenbrainz.org/playlist/x", "ListenBrainz"),
        ("https://www.jamendo.com/playlist/1", "Jamendo"),
    ],
)
def test_a_service_without_a_reader_is_named(link: str, service: str) -> None:
    assert find_link(link) == link
    with pytest.raises(NoReader, match=f"I cannot read {service} links here: the service "):
        checked(link, {"elsewhere.example"})
    host = link.split("/")[2]
    assert checked(link, {host}).startswith(f"https://{host}/")


@pytest.mark.parametrize(
    ("link", "hosts", "sentence"),
    [
        (
            "https://soundcloud.com/a/sets/b",
            {"deezer.com", "music.youtube.com"},
            "I cannot read SoundCloud links here: the service gives bots no open way to. "
            "Paste the songs, one “Artist – Title” per line, or send a public Deezer or YouTube Music link.",
        ),
        (
            "https://someone.bandcamp.com/album/x",
            {"deezer.com"},
            "I cannot read Bandcamp links here: the service gives bots no open way to. "
            "Paste the songs, one “Artist – Title” per line, or send a public Deezer link.",
        ),
        (
            "https://tidal.com/playlist/x",
            {"deezer.com", "music.youtube.com"},
            "I cannot read Tidal links here: the service is not switched on. "
            "Paste the songs, one “Artist – Title” per line, or send a public Deezer or YouTube Music link.",
        ),
        (
            "https://music.youtube.com/playlist?list=x",
            {"deezer.com"},
            "I cannot read YouTube Music links here: the service is not switched on. "
            "Paste the songs, one “Artist – Title” per line, or send a public Deezer link.",
        ),
        (
            "https://www.deezer.com/playlist/1",
            {"audius.co"},
            "I cannot read Deezer links here: the service is not switched on. "
            "Paste the songs, one “Artist – Title” per line.",
        ),
    ],
)
def test_a_refusal_says_why_and_offers_only_what_is_read(link: str, hosts: set[str], sentence: str) -> None:
    with pytest.raises(NoReader) as caught:
        checked(link, hosts)
    assert str(caught.value) == sentence
    assert str(revive("NoReader", caught.value.args_)) == sentence


def test_a_refusal_that_was_stored_before_it_said_why_still_has_a_sentence() -> None:
    assert str(revive("NoReader", {"service": "Tidal"})).startswith("I cannot read Tidal links here: ")


@pytest.mark.parametrize(
    "host",
    ["evil.example", "www.deezer.com.evil.example", "notdeezer.com", "wwwdeezer.com", "www.dеezer.com", "dzcdn.net"],
)
def test_unknown_hosts(host: str) -> None:
    with pytest.raises(UnknownLink) as caught:
        checked(f"https://{host}/playlist/1", HOSTS)
    assert caught.value.args_["host"] == host


def test_a_star_stands_for_names_below() -> None:
    assert belongs("a.b.dzcdn.net", HOSTS)
    assert not belongs("dzcdn.net", HOSTS)
    assert not belongs("evildzcdn.net", HOSTS)


@given(st.text())
def test_any_text_is_a_checked_link_or_bad_input(text: str) -> None:
    for link in (find_link(text), f"https://{text}", text):
        if link is not None:
            with suppress(BadInput):
                assert checked(link, HOSTS).startswith("https://")
