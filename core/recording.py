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
_DASH = re.compile(r"\s+[-–—~]\s+")
_FEATURED = re.compile(r"\s+(?:feat|ft|featuring)(?:\.\s*|\s+)\S.*$", re.I)
_SPED_UP = re.compile(r"\s+(?:sped[ -]up|slowed(?:\s*(?:\+|and|&)\s*reverb)?|nightcore)$", re.I)
_GUESTS = re.compile(r"[\s(\[{](?:feat|ft|featuring)(?:\.\s*|\s+)([^()\[\]{}]+?)(?=\s+[-–—~]\s|[()\[\]{}]|$)", re.I)
_GUEST = re.compile(r"(?:feat|ft|featuring|with|w/)(?:\.\s*|\s+)\S", re.I)
_JOINERS = re.compile(
    r"\s*[,;]\s+|;|\s+(?:[&+×/]|x|and|vs\.?|with|feat\.?|ft\.?|featuring|presents|pres\.?)\s+|\s+\((?:feat|ft)\.?\s",
    re.I,
)

#: What a bracket or a tail after a dash says when it names a version and not a part of the title.
_VERSION = re.compile(
    r"""
      .*\b (?:re-?master(?:ed|ing|izado|isé|ização)? | remasterisé | re-?record(?:ed|ing)) \b .*
    | .*\b (?:version|versión|versão|ver\.|demo|out-?take|re-?take|unplugged|sessions?) \b .* | .*\b ver\.
    | live \s+ (?:in|on|aid|acoustic|performance|\d{4}|@) \b .* | .*\b live \s+ (?:at|from) \b .* | live \s* [-,/] .*
    | .*\b live | bbc \b .*
    | (?:en|ao|dal) \s+ vivo .* | en \s+ directo | .* (?:ライブ|リマスター|ボーナストラック) .*
    | (?:super \s+)? (?:sped|speed) [\s-]* up .* | (?:super \s+)? slowed .* | nightcore .* | chopped .*
    | .*\b (?:deluxe|expanded|anniversary|special|collector'?s|platinum|bonus) (?:\s+ (?:edition|track|version))? .*
    | (?:taken \s+ | .*\b theme \s+)? from \s+ .+ | (?:original \s+)? (?:motion \s+ picture \s+)? soundtrack .*
    | .*\b mix ,? \s+ \d{4} | a \s cappella
    """,
    re.I | re.X,
)
#: A version is also named by these words alone ("Explicit Album Cut"), one of the first group among them.
_KINDS = frozenset({
    "acapella", "acoustic", "acústico", "audio", "bonus", "clean", "cut", "dirty", "edit", "edited", "electric",
    "excerpt", "explicit", "extended", "hd", "hq", "4k", "3d", "8d", "instrumental", "instrumentals", "live",
    "lofi", "mix", "mixed", "mono", "orchestral", "original", "piano", "radio", "remaster", "remastered",
    "single", "stereo", "stripped", "take", "uncut", "video", "visualiser", "visualizer", "vocal",
})  # fmt: skip
_MANNERS = frozenset({
    "album", "alt", "alternate", "ambient", "back", "club", "digital", "ep", "full", "long", "lyric", "lyrics",
    "main", "music", "new", "official", "short", "strings", "symphonic", "track", "violin", "7", "12",
})  # fmt: skip
_REMIX = re.compile(
    r"\b(?:re-?mix(?:ed)?|rmx|re-?work(?:ed)?|bootleg|flip|vip|dub|refix|re-?edit|mashup|mix|edit)\b", re.I
)
_YEAR = re.compile(r"(?:19|20)\d\d")
_COUNTED = re.compile(r"\d+|\b(?:x?[iv]+|ix|one|two|three|four|five|six)\b|(?<=side )[a-d]\b")
#: Small pieces of their own, which carry the name of a song.
_PIECE = re.compile(r"\b(?:intro(?:duction)?|outro|interlude|skit|reprise|prelude|prologue|epilogue|freestyle)\b", re.I)
#: Marks that choose between two ways to draw the character before them.
_SELECTORS = dict.fromkeys(range(0xFE00, 0xFE10))
_LETTERS = str.maketrans(
    {"ø": "o", "ł": "l", "æ": "ae", "œ": "oe", "đ": "d", "ð": "d", "þ": "th", "ı": "i", "&": " and ", "+": " and "}
)
_STYLED = (
    (re.compile(r"(?<=\w)\$(?=\w)|\$(?=\w{2})"), "s"),
    (re.compile(r"(?<=[^\W\d_])!(?=[^\W\d_])"), "i"),
)


def key(track: Track) -> str:
    """The identity under which a recording is never shown twice: "main artist|clean title", folded."""
    return f"{_artist_key(track)}|{_title_key(track)}"


def keys(track: Track) -> list[str]:
    """Every identity the recording may have gone by: :func:`key` first, then one for each other artist named."""
    title = _title_key(track)
    return [f"{artist}|{title}" for artist in dict.fromkeys([_artist_key(track), *_artists(track)])]


def same(a: Track, b: Track) -> bool:
    """Whether ``a`` and ``b`` are one recording: equal ISRC, or one title and one artist in common, or both alike."""
    if a.isrc and _plain_isrc(a.isrc) == _plain_isrc(b.isrc):
        return True
    artist_a, title_a = _artist_key(a), _title_key(a)
    artist_b, title_b = _artist_key(b), _title_key(b)
    if title_a == title_b and (artist_a == artist_b or artist_a in _artists(b) or artist_b in _artists(a)):
        return True
    # A number or the word remix is a small difference in letters and a large one in music; so is one more word.
    if _numbers(a.title) != _numbers(b.title) or _is_remix(a.title) != _is_remix(b.title):
        return False
    if artist_a == artist_b and _subtitled(a.title, b.title):
        return True
    return _alike(artist_a, artist_b) and _alike(title_a, title_b) and _words(a.title) == _words(b.title)


def best(wanted: Track, offered: Iterable[Track]) -> Track | None:
    """The offer that is the same recording, durations within 3 s where known; of several, the one with that title."""
    hits = [offer for offer in offered if _as_long(wanted, offer) and same(wanted, offer)]
    return next((hit for hit in hits if hit.title.casefold() == wanted.title.casefold()), hits[0] if hits else None)


def plain_title(title: str) -> str:
    """The title as a person says it: without featured artists and version marks; never empty."""
    plain = _BRACKETS.sub(lambda found: "" if _drops(found[1]) else found[0], _widths(title))
    said, *tails = _DASH.split(plain)
    kept = [said]
    for place, tail in enumerate(tails):
        rest = " - ".join(tails[place:])
        if _drops(rest) and not _REMIX.search(rest):  # "Live - Wembley", but not "Live - Somebody's Remix"
            break
        if not _drops(tail):
            kept.append(tail)
    plain = " - ".join(_FEATURED.sub("", part) for part in kept)
    return _SPED_UP.sub("", plain).strip(" -–—~") or title.strip()


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


def _artists(track: Track) -> list[str]:
    """Everybody named, in the credits and as guests in the title; "A & B" is A and B."""
    credited = [credit for credit in track.artists if credit != UNKNOWN_ARTIST]
    together = credited + _GUESTS.findall(track.title)
    return [artist_key(name) for credit in together for name in _JOINERS.split(credit) if name.strip()]


def _title_key(track: Track) -> str:
    """The folded title, without the artist before it where a video's title has one ("Louis Futon - David Blaine")."""
    plain = plain_title(track.title)
    said, *rest = _DASH.split(plain, maxsplit=1)
    return _folded(rest[0] if rest and artist_key(said) == _artist_key(track) else plain)


def _drops(words: str) -> bool:
    """Whether a bracket or tail names guests or a version, and can go."""
    words = words.strip()
    if not words or _GUEST.match(words):
        return True
    return _names_kind(words) or (_VERSION.fullmatch(words) is not None and not _reworked(words))


def _names_kind(words: str) -> bool:
    """Whether these are words for versions only, and years; a mix by its year ("1991 Remix") is the artist's own."""
    said = set(re.findall(r"\w+", words.casefold()))
    years = set(filter(_YEAR.fullmatch, said))
    takes = set(filter(str.isdecimal, said)) if "take" in said else set()
    kinds = _KINDS | {"remix"} if years or said & {"mono", "stereo"} else _KINDS
    return bool(years or said & kinds) and said <= kinds | _MANNERS | years | takes


def _reworked(words: str) -> bool:
    """Whether somebody made something else of it; "mix" and "edit" alone may be the artist's own."""
    return any(found.casefold() not in ("mix", "edit") for found in _REMIX.findall(words))


def _is_remix(title: str) -> bool:
    return _REMIX.search(plain_title(title)) is not None


def _subtitled(a: str, b: str) -> bool:
    """Whether only one of two titles has a subtitle in brackets: services leave it away ("Habits (Stay High)")."""
    plain_a, plain_b = plain_title(a), plain_title(b)
    short, long = sorted((plain_a, plain_b), key=lambda plain: (len(plain), plain))
    return not _PIECE.search(long) and _folded(_BRACKETS.sub("", long)) == _folded(short)


def _words(title: str) -> int:
    return len(plain_title(title).split())


def _numbers(title: str) -> list[str]:
    return _COUNTED.findall(plain_title(title).casefold())


def _widths(text: str) -> str:
    """Full-width forms as plain ones, so that （Live） is a bracket, and no choice between ways to draw an emoji."""
    return unicodedata.normalize("NFKC", text).translate(_SELECTORS)


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
