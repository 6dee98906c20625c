"""The languages YASR speaks. One catalogue (gettext, ``bot/locale/<language>.po``) for every front end."""

from __future__ import annotations

import gettext
from collections.abc import Sequence
from datetime import date, datetime
from functools import cache, lru_cache
from io import BytesIO
from pathlib import Path

from babel import Locale
from babel.dates import format_skeleton, get_datetime_format
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.numbers import format_decimal

from core.errors import YasrError
from core.said import Arg, Said

FOLDER = Path(__file__).parent / "locale"
#: The languages by code, English first; what each calls itself is ``Locale(code).get_display_name()``.
LANGUAGES = ("en", "de", "es", "fr", "ja", "pt")


class Words:
    """One language: ``say`` puts templates and sentences into words, with its numbers, days and plurals."""

    def __init__(self, language: str) -> None:
        self.language = language
        # Days are written "20 Nov" in English: half of the world reads 11/20 and the other half 20/11.
        self._locale = Locale.parse("en_GB" if language == "en" else language)
        self._catalogue = _catalogue(language)

    def say(self, text: str, /, **args: Arg) -> str:
        """A template in this language, filled in."""
        return self.render(Said(text, args))

    def many(self, one: str, other: str, /, *, count: int, **args: Arg) -> str:
        """A template that depends on ``count``, filled in."""
        return self.render(Said(one, {"count": count, **args}, other))

    def render(self, sentence: Said) -> str:
        """What the core or a worker said."""
        if sentence.many:
            template = self._catalogue.ngettext(sentence.text, sentence.many, int(str(sentence.args["count"])))
        else:
            template = self._catalogue.gettext(sentence.text) if sentence.text else ""
        return (
            template.format_map({k: self._filled(v) for k, v in sentence.args.items()}) if sentence.args else template
        )

    def join(self, sentences: Sequence[Said]) -> str:
        """Several sentences, one after the other."""
        return " ".join(self.render(sentence) for sentence in sentences)

    def error(self, error: YasrError) -> str:
        """The sentence of an error."""
        return self.render(error.said)

    def _filled(self, arg: Arg) -> str:
        if isinstance(arg, Said):
            return self.render(arg)
        if isinstance(arg, datetime):
            day, time = (format_skeleton(part, arg, locale=self._locale) for part in ("MMMd", "Hm"))
            return str(get_datetime_format("medium", self._locale)).format(time, day)
        if isinstance(arg, date):
            return _day(arg, self._locale)
        if isinstance(arg, int | float):
            return _number(arg, self._locale)
        return arg


# A page says some of the same days and numbers for sixty songs, and babel takes 50 µs for each.
@lru_cache(1024)
def _day(day: date, locale: Locale) -> str:
    return format_skeleton("MMMd", day, locale=locale)


@lru_cache(4096)
def _number(number: float, locale: Locale) -> str:
    return format_decimal(number, locale=locale)


@cache
def words(locale: str = "en") -> Words:
    """The nearest language there is to a locale ("pt-BR", "de_AT"); English where there is none."""
    language = locale.replace("_", "-").split("-")[0].lower()
    return Words(language if language in LANGUAGES else "en")


@cache
def _catalogue(language: str) -> gettext.NullTranslations:
    if language == "en":
        return gettext.NullTranslations()
    with (FOLDER / f"{language}.po").open("rb") as file:
        catalogue = read_po(file, locale=language)
    compiled = BytesIO()
    write_mo(compiled, catalogue)
    compiled.seek(0)
    return gettext.GNUTranslations(compiled)


#: What the terminal speaks.
ENGLISH = words()
