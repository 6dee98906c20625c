"""The guard against machine-made music: what is held against an artist, what speaks for one, and why.

In April 2026, 44 % of the songs delivered to Deezer each day were machine-made, 75,000 of them (Deezer newsroom,
20 April 2026; 39 % in January, 10 % in January 2025), and most of what listens to them are machines too. Nobody can
hear the difference (97 % in Deezer's survey of November 2025), so the guard looks at careers and never at the sound.

It would rather miss a machine than accuse a person. A tag that says so, or the operator's list, is enough by itself.
Numbers are circumstantial: a release a week proves nothing (the guitarist Buckethead had one every day of October
2015), so it takes a second signal, or three releases a week for a year.
A listing in MusicBrainz and songs from before 2024 weigh against the numbers, and never against a tag.

The signals are those that keepers of lists look for (github.com/CennoxX/spotify-ai-blocker: "all releases since 2024",
"high number of releases in a short time"); the thresholds are our own, and generous.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from core.model import Career, Ruling, RulingKind

#: The score from which an artist is a suspect.
SUSPECT = 1.0
#: One release a week within a year: a diligent person can.
BUSY = 52
#: Three releases a week within a year. The example that made the news, Sienna Rose, had 45 songs in ten weeks.
FLOOD = 150
#: Songs since 2024: two a week, every week, until the end of 2026.
MANY_SONGS = 300
#: The first of the song machines for everybody, Suno, opened in December 2023 (Udio: April 2024).
MACHINES = date(2024, 1, 1)

#: Two weak signals make a suspect, or a strong one; each piece of counter-evidence takes a weak one away.
_WEAK, _STRONG, _COUNTER = 0.5, 1.0, -0.5
#: Its editors are asked to tag machine-made music, and not to list it in bulk (community.metabrainz.org/t/814731).
_PEOPLES = "musicbrainz"
_TITLES = {
    "musicbrainz": "MusicBrainz",
    "listenbrainz": "ListenBrainz",
    "lastfm": "Last.fm",
    "youtube": "YouTube Music",
}

#: Tags and labels that say it, as whole words: not "kansai music", nor "suno na", which is Hindi for "listen".
_SAYS_SO = re.compile(
    r"""
      \b(?:ai|ki) \s (?:generated|generiert|made|created|composed|music|musik|songs?|artists?)\b
    | \b(?:generated|made|created|composed|produced) \s (?:by|with|using|in|on) \s (?:an? \s)? (?:ai|suno|udio)\b
    | \bgenerative \s (?:ai|artificial \s intelligence)\b
    | \b(?:musique|música|musica|generad[oa] \s (?:con|por)|généré?e? \s par) \s (?:l \s)? ia\b
    | ^(?:suno|udio) (?:\s? ai)? (?:\s (?:music|songs?|com|v?\d+(?:\s\d+)?))?$
    """,
    re.X,
)
_DENIES = re.compile(r"\b(?:no|not|non|never|anti|against|zero|0|without|kein|keine|sans|sin|pas)\b")


@dataclass(frozen=True, slots=True)
class Provenance:
    """Whether an artist is suspected to be a machine; ``score`` is 0..1, ``reasons`` are dated, the heaviest first."""

    suspect: bool
    score: float
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Sign:
    weight: float
    reason: str


def judge(name: str, careers: Sequence[Career], ruling: Ruling | None = None) -> Provenance:
    """What the careers of one artist at several sources say together; their order does not matter.

    The operator's decision is final, both ways. An appeal changes no score (anybody may ask), but it is told.
    """
    proofs = list(_proofs(careers))
    signs = sorted(
        [*_signals(name, careers), *_counter_evidence(careers)], key=lambda sign: (-sign.weight, sign.reason)
    )
    reasons = [*proofs, *(sign.reason for sign in signs)]
    score = 1.0 if proofs else min(1.0, max(0.0, sum(sign.weight for sign in signs)))
    if ruling is None:
        return Provenance(score >= SUSPECT, score, tuple(reasons))
    day = _day(ruling.at.date())
    match ruling.kind:
        case RulingKind.ALLOW:
            return Provenance(False, 0.0, (f"the operator vouches for them ({day})", *reasons))
        case RulingKind.BLOCK:
            return Provenance(True, 1.0, (f"the operator's list says so ({day})", *reasons))
        case RulingKind.APPEALED:
            return Provenance(score >= SUSPECT, score, (*reasons, f"appealed on {day}, not decided yet"))


def label(provenance: Provenance) -> str:
    """The warning on a pick's card, "may be machine-made: 212 releases within a year"; empty when not a suspect."""
    if not provenance.suspect:
        return ""
    return f"may be machine-made: {provenance.reasons[0].rsplit(' (', 1)[0]}"


def _proofs(careers: Sequence[Career]) -> list[str]:
    """The tags and labels that say it, one sentence a source."""
    return sorted({
        _told(f"tagged “{mark}”", career)
        for career in careers
        for mark in sorted(filter(_says_so, career.marks))[:1]
    })  # fmt: skip


def _signals(name: str, careers: Sequence[Career]) -> Iterator[_Sign]:
    """What the numbers, and the name, hold against an artist. MusicBrainz counts for people only."""
    counted = [career for career in careers if career.source != _PEOPLES]
    busiest = max(counted, key=lambda career: (career.lately, career.seen, career.source), default=None)
    if busiest and busiest.lately >= BUSY:
        weight = _STRONG if busiest.lately >= FLOOD else _WEAK
        yield _Sign(weight, _told(f"{busiest.lately:,} releases within a year", busiest))
    large = [career for career in counted if career.first_release and _size(career) >= MANY_SONGS]
    if large and _since(careers) >= MACHINES:
        largest = max(large, key=lambda career: (_size(career), career.seen, career.source))
        yield _Sign(_WEAK, _told(f"began in {_since([largest]).year} and has {_counted(largest)} already", largest))
    if _says_so(name):
        yield _Sign(_WEAK, f"calls itself “{name}”")


def _counter_evidence(careers: Sequence[Career]) -> Iterator[_Sign]:
    dated = sorted(
        (career for career in careers if career.first_release), key=lambda one: (_since([one]), one.source, one.seen)
    )
    listed = next((career for career in dated if career.source == _PEOPLES), None)
    if listed:
        said = f"listed with releases since {_since([listed]).year}, which speaks for people"
        yield _Sign(_COUNTER, _told(said, listed))
    if dated and _since(dated) < MACHINES:
        yield _Sign(_COUNTER, _told(f"began in {_since(dated).year}, before machines made songs", dated[0]))


def _since(careers: Sequence[Career]) -> date:
    """The first release of all; a day that never comes where nobody knows one."""
    return min((career.first_release for career in careers if career.first_release), default=date.max)


def _size(career: Career) -> int:
    """Songs; where they are not counted, releases, which have one at least."""
    return max(career.tracks or 0, career.releases)


def _counted(career: Career) -> str:
    return f"{_size(career):,} {'songs' if (career.tracks or 0) >= career.releases else 'releases'}"


def _says_so(words: str) -> bool:
    plain = " ".join(re.findall(r"\w+", words.casefold().replace("_", " ")))
    return _SAYS_SO.search(plain) is not None and _DENIES.search(plain) is None


def _told(sentence: str, career: Career) -> str:
    return f"{sentence} ({_TITLES.get(career.source, career.source.capitalize())}, {_day(career.seen)})"


def _day(day: date) -> str:
    months = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
    return f"{day.day} {months[day.month - 1]} {day.year}"
