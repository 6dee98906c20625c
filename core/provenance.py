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
from core.said import Said, counted, marks, said

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
    reasons: tuple[Said, ...]


@dataclass(frozen=True, slots=True)
class _Sign:
    weight: float
    reason: Said


def judge(name: str, careers: Sequence[Career], ruling: Ruling | None = None) -> Provenance:
    """What the careers of one artist at several sources say together; their order does not matter.

    The operator's decision is final, both ways. An appeal changes no score (anybody may ask), but it is told.
    """
    proofs = list(_proofs(careers))
    signs = sorted(
        [*_signals(name, careers), *_counter_evidence(careers)], key=lambda sign: (-sign.weight, str(sign.reason))
    )
    reasons = [*proofs, *(sign.reason for sign in signs)]
    score = 1.0 if proofs else min(1.0, max(0.0, sum(sign.weight for sign in signs)))
    if ruling is None:
        return Provenance(score >= SUSPECT, score, tuple(reasons))
    day = ruling.at.date()
    match ruling.kind:
        case RulingKind.ALLOW:
            return Provenance(False, 0.0, (_ruled(said("the operator vouches for them"), day), *reasons))
        case RulingKind.BLOCK:
            return Provenance(True, 1.0, (_ruled(said("the operator's list says so"), day), *reasons))
        case RulingKind.APPEALED:
            appeal = said("appealed on {day} {year}, not decided yet", day=day, year=str(day.year))
            return Provenance(score >= SUSPECT, score, (*reasons, appeal))


def label(provenance: Provenance) -> Said | None:
    """The warning on a pick's card, "may be machine-made: 212 releases within a year"; None when not a suspect."""
    if not provenance.suspect:
        return None
    heaviest = provenance.reasons[0]
    return said("may be machine-made: {sign}", sign=heaviest.args.get("sign", heaviest))


def _proofs(careers: Sequence[Career]) -> list[Said]:
    """The tags and labels that say it, one sentence a source."""
    found = [
        _told(said("tagged “{tag}”", tag=tag), career)
        for career in careers
        for tag in sorted(filter(_says_so, career.marks))[:1]
    ]
    return [proof for _, proof in sorted({str(proof): proof for proof in found}.items())]


def _signals(name: str, careers: Sequence[Career]) -> Iterator[_Sign]:
    """What the numbers, and the name, hold against an artist. MusicBrainz counts for people only."""
    counted = [career for career in careers if career.source != _PEOPLES]
    busiest = max(counted, key=lambda career: (career.lately, career.seen, career.source), default=None)
    if busiest and busiest.lately >= BUSY:
        weight = _STRONG if busiest.lately >= FLOOD else _WEAK
        yield _Sign(weight, _told(_lately(busiest.lately), busiest))
    large = [career for career in counted if career.first_release and _size(career) >= MANY_SONGS]
    if large and _since(careers) >= MACHINES:
        largest = max(large, key=lambda career: (_size(career), career.seen, career.source))
        yield _Sign(_WEAK, _told(_already(largest), largest))
    if _says_so(name):
        yield _Sign(_WEAK, said("calls itself “{name}”", name=name))


def _counter_evidence(careers: Sequence[Career]) -> Iterator[_Sign]:
    dated = sorted(
        (career for career in careers if career.first_release), key=lambda one: (_since([one]), one.source, one.seen)
    )
    listed = next((career for career in dated if career.source == _PEOPLES), None)
    if listed:
        year = str(_since([listed]).year)
        people = said("listed with releases since {year}, which speaks for people", year=year)
        yield _Sign(_COUNTER, _told(people, listed))
    if dated and _since(dated) < MACHINES:
        before = said("began in {year}, before machines made songs", year=str(_since(dated).year))
        yield _Sign(_COUNTER, _told(before, dated[0]))


def _since(careers: Sequence[Career]) -> date:
    """The first release of all; a day that never comes where nobody knows one."""
    return min((career.first_release for career in careers if career.first_release), default=date.max)


def _size(career: Career) -> int:
    """Songs; where they are not counted, releases, which have one at least."""
    return max(career.tracks or 0, career.releases)


def _lately(count: int) -> Said:
    return counted("{count} release within a year", "{count} releases within a year", count=count)


def _already(career: Career) -> Said:
    templates = (
        marks("began in {year} and has {count} song already", "began in {year} and has {count} songs already")
        if (career.tracks or 0) >= career.releases
        else marks(
            "began in {year} and has {count} release already", "began in {year} and has {count} releases already"
        )
    )
    return counted(*templates, count=_size(career), year=str(_since([career]).year))


def _says_so(words: str) -> bool:
    plain = " ".join(re.findall(r"\w+", words.casefold().replace("_", " ")))
    return _SAYS_SO.search(plain) is not None and _DENIES.search(plain) is None


def _told(sign: Said, career: Career) -> Said:
    source, day = _TITLES.get(career.source, career.source.capitalize()), career.seen
    return said("{sign} ({source}, {day} {year})", sign=sign, source=source, day=day, year=str(day.year))


def _ruled(sign: Said, day: date) -> Said:
    return said("{sign} ({day} {year})", sign=sign, day=day, year=str(day.year))
