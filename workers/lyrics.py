"""Read: what songs are about, from the words that services know, as counts from which no text can be read again.

They are an extractor of their own beside what YASR hears and what it is told. The words are under copyright: they are
counted and forgotten. Instrumental songs, and those whose words nobody knows, have no vector.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Sequence, Set
from functools import cache
from math import exp, log
from typing import Any

import numpy as np
import structlog

from core.errors import ServiceTrouble, YasrError
from core.model import Features, Track, Vector
from core.ports import Lyrics, LyricsSource
from core.store.store import Store
from workers.hearing import Heard, Report, Song

_logger = structlog.get_logger()
#: After this many answers missing in a row a source is left alone for the rest of the job.
_PATIENCE = 3
_HALF = 512
_HASHING = {"n_features": _HALF, "norm": None, "alternate_sign": False, "lowercase": False, "dtype": np.float32}

#: The words that hold sentences together, by language.
_FUNCTION_WORDS = {
    "en": "the i a and you to of in is it that my me on for we be your with all this what are but so if not when have "
    "do will just they from can there was by at she he her his out up one no now how where who don ll",
    "de": "und die der ich das nicht du ist es in ein zu wir mit den mich auf mir dich von sich so wie was wenn auch "
    "eine dir noch bin im sie hat er aus für kein nur mein dein einen dem am bist war sind hab nie uns",
    "fr": "je de la le les et tu que un des pas est dans une moi en mon pour ne qui sur ce il ma mes du on toi c j l d "
    "au nous elle se te plus qu avec tout comme sans vous par son sont suis été ai où mais",
    "es": "que de la el en no y mi me te un tu lo con por una los para se si como es ya yo las del más al cuando su "
    "eres sin quiero soy pero esta hay nada este muy ti porque donde todo sé fue estoy",
    "pt": "que de o e não eu a você me do da um em no é com se meu uma pra na mais os por as minha vai te seu ao tudo "
    "sem sua mas está quando ela ele nos foi só já para tem estou são muito isso nem dos das",
    "it": "che non di e la il un è mi per ti una in con ma le si io sei come tu se del lo mio più al della da sono gli "
    "ho anche cosa quando nel mia perché questo ci c l hai ha solo te i senza poi dove sempre noi",
}
_BY_LANGUAGE = {language: frozenset(words.split()) for language, words in _FUNCTION_WORDS.items()}
_ANY = frozenset[str]().union(*_BY_LANGUAGE.values())
#: How much of a text in a language are its function words, how much are those of the others alone, and how much of a
#: text in any further language happens to look like one of them; our estimates.
_OWN, _ALIEN, _CHANCE = 0.45, 0.05, 0.2
_NAME = re.compile(r"[ -]")
#: Scripts of one language, by the first word of their letters' names. Han letters without kana are Chinese.
_ONE_LANGUAGE = {"HANGUL": "ko", "GREEK": "el", "HEBREW": "he", "THAI": "th", "HIRAGANA": "ja", "KATAKANA": "ja"}


class Read:
    """An :class:`workers.hearing.Ear` that reads the words of songs."""

    extractor = "lyrics"
    version = "1"
    model = "lyrics"
    asks = True
    quick = False  # a source is asked for a song a second

    def __init__(self, store: Store, sources: Sequence[LyricsSource]) -> None:
        self._store = store
        self._sources = sources

    async def known(self, recording_ids: Sequence[int]) -> dict[int, Features]:
        """What was read before."""
        return await self._store.features.of(recording_ids, self.extractor, self.version)

    async def listen(self, songs: Sequence[Song], report: Report, at_once: int = 0) -> Heard:
        """Asks for the words of each song, one source after the other; songs without any are left out."""
        read = Heard({}, [])
        misses = dict.fromkeys((source.name for source in self._sources), 0)
        for done, song in enumerate(songs, 1):
            features = features_of(await self._words(song.track, misses, read.troubles))
            if features is not None:
                read.features[song.recording_id] = await self._store.features.save(song.recording_id, features)
            await report(done)
        return read

    async def _words(self, track: Track, misses: dict[str, int], troubles: list[YasrError]) -> Lyrics | None:
        for source in self._sources:
            if misses[source.name] >= _PATIENCE:
                continue
            try:
                lyrics = await source.lyrics_of(track)
            except ServiceTrouble as trouble:
                _logger.warning("lyrics not read", source=source.name, error=trouble.code)
                misses[source.name] += 1
                troubles.append(trouble)
                continue
            misses[source.name] = 0
            if lyrics is not None:
                return lyrics
        return None


def features_of(lyrics: Lyrics | None) -> Features | None:
    """The counts (1,024) of the words; None without any.

    ``named`` has ``words`` (their number; in scripts without spaces that of the lines), ``instrumental`` (0 or 1), and
    ``language_xx`` with its probability, where the language is known.
    """
    words = [] if lyrics is None or lyrics.instrumental else words_of(lyrics.text)
    if not words:
        return None
    named = {"words": float(len(words)), "instrumental": 0.0}
    if guess := language(words):
        named[f"language_{guess[0]}"] = guess[1]
    return Features(Read.extractor, Read.version, counts(words), named)


def words_of(text: str) -> list[str]:
    """The words as they come, in lower case and without punctuation, so that "don't" is two."""
    plain = unicodedata.normalize("NFKC", text).casefold()
    kept = "".join(char if unicodedata.category(char)[0] in "LNM" else " " for char in plain)
    return kept.split()


@cache
def _hashers() -> tuple[Any, Any]:
    """Words and pairs of words say what is sung; three letters of a word are the same in its other forms, and are all
    there is in languages that put no spaces between words.

    Imported here, because scikit-learn is large and lyrics are mostly off.
    """
    from sklearn.feature_extraction.text import HashingVectorizer

    return (
        HashingVectorizer(tokenizer=str.split, token_pattern=None, ngram_range=(1, 2), **_HASHING),
        HashingVectorizer(analyzer="char_wb", ngram_range=(3, 3), **_HASHING),
    )


def counts(words: Sequence[str]) -> Vector:
    """How often each hashed term occurs, (1024,) float32: 0, or 1 + ln of the number.

    The first half counts words and pairs of neighbours, the second half runs of three letters within words. A term's
    place is its MurmurHash3 modulo 512 (the hashing trick, Weinberger et al. 2009, without signs); several terms share
    one. The logarithm is Salton's: a refrain sung ten times does not count ten times.
    """
    text = [" ".join(words)]
    both = np.concatenate([hasher.transform(text).toarray()[0] for hasher in _hashers()])
    logarithmic: Vector = np.where(both > 0, 1 + np.log(np.maximum(both, 1)), 0).astype(np.float32)
    return logarithmic


def language(words: Sequence[str]) -> tuple[str, float] | None:
    """The likeliest language and its probability; None where it is likelier to be none of those we know.

    The share of letters in a script that has one language is that language's probability. What is left to Latin
    letters is divided by a naive Bayes classifier over function words among en, de, fr, es, pt, it, and any other.
    """
    names = (unicodedata.name(char, "") for word in words for char in word if char.isalpha())
    scripts = Counter(_NAME.split(name, maxsplit=1)[0] for name in names)
    japanese = any(kana in scripts for kana in ("HIRAGANA", "KATAKANA"))
    of = {**_ONE_LANGUAGE, "CJK": "ja" if japanese else "zh"}
    shares = Counter({name: scripts["LATIN"] * part for name, part in _by_function_words(set(words)).items()})
    for script, name in of.items():
        shares[name] += scripts[script]
    best, share = max(shares.items(), key=lambda pair: pair[1])
    return (best, share / scripts.total()) if best and 2 * share >= scripts.total() > 0 else None


def _by_function_words(words: Set[str]) -> dict[str, float]:
    """The probability of each language, and of any other as "", equally likely before the first word.

    Each word counts once, for "la la la" is no French, and one word alone is no evidence.
    """
    common = len(words & _ANY)
    rest = len(words) - common
    logs = {"": common * log(_CHANCE / len(_ANY)) + rest * log(1 - _CHANCE)}
    for name, own in _BY_LANGUAGE.items():
        mine = len(words & own)
        if mine < 2:
            continue
        alien = (common - mine) * log(_ALIEN / len(_ANY - own))
        logs[name] = mine * log(_OWN / len(own)) + alien + rest * log(1 - _OWN - _ALIEN)
    most = max(logs.values())
    weights = {name: exp(value - most) for name, value in logs.items()}
    return {name: weight / sum(weights.values()) for name, weight in weights.items()}
