"""What cards say, line by line, in the listener's language; the markup is the platform's affair."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Protocol

from bot.cards import Card, JobCard, PickCard, SlateCard
from bot.text import link, plain
from bot.words import Words
from core import verdicts
from core.errors import YasrError
from core.model import Arm, State

#: How much of a name, of a title in a list and of a sentence is shown (characters, as they are sent).
NAME, TITLE, SENTENCE = 200, 80, 500
#: The longest addresses of a link and of a picture.
URL, PICTURE = 512, 2048
_ALT = 1000
_BAR = 12


class Markup(Protocol):
    """How a platform marks up a line. Everything that is no name is taken to be markup already."""

    def name(self, text: str, limit: int) -> str:
        """Something from outside, harmless, in at most ``limit`` characters as they are sent."""
        ...

    def bold(self, line: str) -> str: ...

    def small(self, line: str) -> str: ...

    def url(self, address: str) -> str:
        """A safe address, to be seen."""
        ...

    def moment(self, when: datetime, words: Words) -> str: ...

    def how(self, words: Words) -> str:
        """How picks are rated there, in a sentence."""
        ...

    def command(self, name: str, words: Words) -> str:
        """A command as it is called there ("settings me")."""
        ...


class Lines:
    """The same lines on every platform."""

    def __init__(self, markup: Markup) -> None:
        self.name, self.bold, self.small, self.url = markup.name, markup.bold, markup.small, markup.url
        self.moment, self.command, self.how = markup.moment, markup.command, markup.how

    def job(self, card: JobCard, words: Words) -> list[str]:
        """A request under way, refused or cancelled: its title, how far it is, what the listener should know."""
        lines = [self.bold(self.name(card.title, NAME))]
        if card.state is State.REFUSED:
            return [*lines, self.name(card.error, SENTENCE * 2)]
        lines.append(f"{self.name(card.stage, SENTENCE)} {_bar(card, words)}".strip())
        if card.until is not None:
            lines.append(words.say("I go on {when}.", when=self.moment(card.until, words)))
        if card.note:
            lines.append(self.name(card.note, SENTENCE))
        return lines

    def refusal(self, error: YasrError, words: Words) -> str:
        """Why something cannot be done; what it quotes is harmless."""
        return self.name(words.error(error), 2 * SENTENCE)

    def head(self, card: SlateCard, asker: str, words: Words) -> list[str]:
        """Over an answer; ``asker`` is a mention or nothing."""
        asker = f"{asker} " if asker else ""
        count = len(card.picks)
        title = self.name(card.title, NAME)
        if not count:  # nothing was asked for but a sentence
            return [f"{asker}{self.bold(title)}", self.name(card.note, SENTENCE * 3)]
        said = words.many(
            "{count} song like “{title}”, by somebody hardly anybody knows yet",
            "{count} songs like “{title}”, by artists hardly anybody knows yet",
            count=count, title=title,
        )  # fmt: skip
        note = [self.name(card.note, SENTENCE * 2)] if card.note else []
        return [f"{asker}{self.bold(said)}", *note, self.small(self.how(words))]

    def done(self, card: SlateCard, where: str, words: Words) -> list[str]:
        """In place of the progress; ``where`` is the address of the answer, or nothing."""
        ready = words.say("Done: {link}", link=where) if where else words.say("Done.")
        return [self.bold(self.name(card.title, NAME)), ready]

    def song(self, card: PickCard) -> str:
        """Rank, title and artist."""
        return f"{card.rank}. {self.bold(self.name(card.title, NAME))} – {self.name(card.artist, NAME)}"

    def why(self, card: PickCard, words: Words) -> list[str]:
        """Why it is here, and how little known it is."""
        arm = words.say("Close") if card.arm is Arm.CLOSE else words.say("Wildcard")
        lines = [f"{arm}: {self.name(card.reason, SENTENCE)}"]
        if passage := self.passage(card):
            lines.append(passage)
        lines.append(self.small(self.name(card.evidence, SENTENCE)))
        if card.label:
            lines.append(f"⚠️ {self.name(card.label, SENTENCE)}")
        if licence := link(card.licence_url, URL):
            lines.append(words.say("Licence: {link}", link=self.url(licence)))
        if rated := self.given(card, words):
            lines.append(self.bold(rated))
        return lines

    def passage(self, card: PickCard) -> str:
        """Where it is most like a song of the listener's; empty where that is not known."""
        return self.small(self.name(card.passage.sentence, SENTENCE)) if card.passage else ""

    def given(self, card: PickCard, words: Words) -> str:
        """The listener's own rating; empty without one."""
        if not card.rated:
            return ""
        return words.say("You rated it {value} of 10.", value=verdicts.value_of(card.rated))

    def past(self, card: Card, words: Words) -> str:
        """A request in a list: what became of it."""
        title = self.name(card.title, TITLE)
        if isinstance(card, SlateCard):
            rated = sum(1 for pick in card.picks if pick.rated)
            songs = words.many("{count} song", "{count} songs", count=len(card.picks))
            return words.say("{title}: {songs}, {rated} of them rated", title=title, songs=songs, rated=rated)
        return f"{title}: {self.name(card.error or card.stage, NAME)}"

    def brief(self, card: SlateCard) -> list[str]:
        """A whole answer in one message: a line for each song."""
        shown = [self.name(card.title, TITLE)]
        for pick in card.picks:
            song = f"{pick.rank}. {self.name(pick.artist, TITLE)} – {self.name(pick.title, TITLE)}"
            places = " · ".join(self.url(url) for found in pick.links if (url := link(found.url, URL)))
            shown.append(" ".join(filter(None, (song, pick.rated, places))))
        return shown


def whispered(card: JobCard, words: Words) -> JobCard:
    """The same for one whose answer comes elsewhere."""
    note = words.say("The answer comes in a direct message.")
    return replace(card, note=" ".join(filter(None, (card.note, note))))


def cover(card: PickCard) -> str:
    """A picture's address that a platform takes, or nothing."""
    return link(card.cover_url, PICTURE)


def alt(card: PickCard, words: Words) -> str:
    """The cover for those who do not see it."""
    return words.say("Cover of {song}", song=plain(f"{card.artist} – {card.title}", _ALT))


def _bar(card: JobCard, words: Words) -> str:
    if not card.total or card.state is State.CANCELLED:
        return ""
    full = round(_BAR * min(card.done, card.total) / card.total)
    count = words.say("{done} of {total}", done=card.done, total=card.total)
    return " · ".join(filter(None, (f"{'▰' * full}{'▱' * (_BAR - full)} {count}", card.left)))
