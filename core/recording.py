"""When two tracks are the same recording, as far as a listener cares.

A remaster, a live take, a radio edit or a sped-up version is the same song shown twice; somebody else's remix is not.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from difflib import SequenceMatcher

from core.model import UNKNOWN_ARTIST, Track

#: Names that agree this well are one name (difflib ratio).
ALIKE = 0.9
#: Services round and cut the same recording a little differently (seconds).
_SLACK_S = 3

_BRACKETS = re.compile(r"\s*[(\[{<]([^()\[\]{}<>]*)[)\]}>]")
_DASH_TAIL = re.compile(r"\s+[-–—~]\s+([^-–—~]+)$")
_FEATURED = re.compile(r"\s+(?:feat|ft|featuring)(?:\.\s*|\s+)\S.*$", re.I)
_GUEST = re.compile(r"(?:feat|ft|featuring|with|w/)(?:\.\s*|\s+)\S", re.I)
_JOINERS = re.compile(
    r"\s*[,;]\s+|;|\s+(?:[&+×/]|x|and|vs\.?|with|feat\.?|ft\.?|featuring|presents|pres\.?)\s+|\s+\((?:feat|ft)\.?\s",
    re.I,
)

#: What a bracket or a tail after a dash says when it names a version and not a part of the title.
_VERSION = re.compile(
    r"""
      (?:.*\b)? (?:re-?master(?:ed|izado|isé|ização)?|remasterisé) \b .*   # Remastered 2011, 2011 Remaster
    | live | live \s+ (?:at|from|in|on|version|session|sessions|acoustic|\d{4}|@|/) \b .*
    | .*\b (?:live \s+ (?:version|session|sessions|performance) | unplugged)
    | en \s+ vivo .* | ao \s+ vivo .* | en \s+ directo | dal \s+ vivo | .* \b(?:live)$
    | (?:super \s+)? (?:sped|speed) [\s-]* up .* | slowed .* | nightcore .* | (?:8d|3d) (?:\s+ audio)? | chopped .*
    | .*\b (?:deluxe|expanded|anniversary|special|collector'?s|bonus) (?:\s+ (?:edition|track|version))? .*
    | .*\b version
    | (?:radio|single|album|short|long|extended|clean|video|original|explicit) \s+ (?:edit|mix|cut|single)
    | radio | edit | single | extended | original | explicit | clean | mono | stereo | demo | instrumental | acoustic
    | (?:mono|stereo|album|\d{4}|full|new) (?:\s+(?:mono|stereo|digital))? \s+ (?:mix|remix|recording|edit)
    | (?:acoustic|piano|stripped|orchestral|a \s? cappella|acapella) (?:\s+ (?:mix|take|session|demo))?
    | stripped | reprise
    | (?:official|lyrics?|music) (?:\s+ (?:music|lyrics?|hd|4k))? (?:\s+ (?:video|audio|visuali[sz]er))? | visuali[sz]er
    | (?:taken \s+)? from \s+ .+ | (?:original \s+)? (?:motion \s+ picture \s+)? soundtrack .* | bonus | hd | hq | 4k
    | take \s+ \d+ | alternate \s+ take .* | (?:home|early|original) \s+ demo
    | (?:bbc|peel|kexp|spotify) \s+ .*session.*
    """,
    re.I | re.X,
)
_REMIX = re.compile(
    r"\b(?:re-?mix(?:ed)?|rmx|re-?work(?:ed)?|bootleg|flip|vip|dub|refix|re-?edit|mashup|mix|edit)\b", re.I
)
_LETTERS = str.maketrans(
    {"ø": "o", "ł": "l", "æ": "ae", "œ": "oe", "đ": "d", "ð": "d", "þ": "th", "ı": "i", "&": " and ", "+": " and "}
)
_STYLED = (
    (re.compile(r"(?<=\w)\$(?=\w)|\$(?=\w{2})"), "s"),
    (re.compile(r"(?<=[^\W\d_])!(?=[^\W\d_])"), "i"),
)


def key(track: Track) -> str:
    """The identity under which a recording is never shown twice: "main artist|clean title", folded."""
    return f"{_artist_key(track)}|{_title_key(track.title)}"


def same(a: Track, b: Track) -> bool:
    """Whether ``a`` and ``b`` are one recording: equal ISRC, else equal keys, else both names alike to 0.9."""
    if a.isrc and _plain_isrc(a.isrc) == _plain_isrc(b.isrc):
        return True
    artist_a, title_a = _artist_key(a), _title_key(a.title)
    artist_b, title_b = _artist_key(b), _title_key(b.title)
    if (artist_a, title_a) == (artist_b, title_b):
        return True
    # A number or the word remix is a small difference in letters and a large one in music.
    if re.findall(r"\d+", title_a) != re.findall(r"\d+", title_b) or _is_remix(a.title) != _is_remix(b.title):
        return False
    return _alike(artist_a, artist_b) and _alike(title_a, title_b)


def best(wanted: Track, offered: Iterable[Track]) -> Track | None:
    """The offer that is the same recording, durations within 3 s where known; of several, the one with that title."""
    hits = [offer for offer in offered if _as_long(wanted, offer) and same(wanted, offer)]
    return next((hit for hit in hits if hit.title.casefold() == wanted.title.casefold()), hits[0] if hits else None)


def plain_title(title: str) -> str:
    """The title as a person says it: without featured artists and version marks; never empty."""
    plain = _BRACKETS.sub(lambda found: "" if _drops(found[1]) else found[0], _widths(title))
    plain = _FEATURED.sub("", plain)
    while (tail := _DASH_TAIL.search(plain)) and _drops(tail[1]):
        plain = plain[: tail.start()]
    plain = plain.strip(" -–—~")
    return plain or title.strip()


def main_artist(track: Track) -> str:
    """The first name of the first artist credit: "A" of "A feat. B", "A & B" and "A, B"."""
    return _first_name(track.artists[0])


def artist_key(credit: str) -> str:
    """The identity of an artist credit's first name, folded and without its article."""
    name = _first_name(credit).casefold()
    return _folded(name.removeprefix("the ")) or _folded(name)


def _first_name(credit: str) -> str:
    return _JOINERS.split(credit.strip())[0].strip() or credit.strip()


def _artist_key(track: Track) -> str:
    """Songs without a known artist have nothing in common: each gets an artist of its own."""
    if track.artists[0] == UNKNOWN_ARTIST:
        return f"?{track.source}{track.source_id}"
    return artist_key(track.artists[0])


def _title_key(title: str) -> str:
    return _folded(plain_title(title))


def _drops(words: str) -> bool:
    """Whether a bracket or tail names guests or a version, and can go."""
    words = words.strip()
    if not words or _GUEST.match(words):
        return True
    return _VERSION.fullmatch(words) is not None


def _is_remix(title: str) -> bool:
    return _REMIX.search(plain_title(title)) is not None


def _widths(text: str) -> str:
    """Full-width forms as plain ones, so that （Live） is a bracket."""
    return unicodedata.normalize("NFKC", text)


def _folded(text: str) -> str:
    """Letters and digits alone, without case and Latin accents; other scripts keep their marks. Never empty."""
    styled = unicodedata.normalize("NFKD", text).casefold().translate(_LETTERS)
    for pattern, letter in _STYLED:
        styled = pattern.sub(letter, styled)
    kept = "".join(
        char for char in styled if unicodedata.category(char)[0] in "LNM" and not "\u0300" <= char <= "\u036f"
    )
    return unicodedata.normalize("NFC", kept) or "".join(text.casefold().split())


def _as_long(a: Track, b: Track) -> bool:
    return not (a.duration_s and b.duration_s) or abs(a.duration_s - b.duration_s) <= _SLACK_S


def _alike(a: str, b: str) -> bool:
    first, second = sorted((a, b))  # the ratio depends on the order
    return SequenceMatcher(None, first, second, autojunk=False).ratio() >= ALIKE


def _plain_isrc(isrc: str) -> str:
    return isrc.replace("-", "").strip().upper()
