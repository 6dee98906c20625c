"""What cards say, line by line, in the listener's language; how it is arranged is somebody else's."""

from __future__ import annotations

from dataclasses import replace

from bot.cards import JobCard, PickCard, SlateCard
from bot.fronts.discord.text import harmless, link, plain
from bot.words import Words
from core import verdicts
from core.errors import YasrError
from core.model import Arm, State
from core.said import Said

#: How much of a name and of a sentence is shown (characters, as they are sent).
NAME, SENTENCE = 200, 500
#: The longest addresses of a link and of a picture.
URL, PICTURE = 512, 2048
_ALT = 1000
_BAR = 12


def job(card: JobCard, words: Words) -> list[str]:
    """A request under way, refused or cancelled: its title, how far it is, what the listener should know."""
    lines = [f"**{harmless(card.title, NAME)}**"]
    if card.state is State.REFUSED:
        return [*lines, harmless(card.error, SENTENCE * 2)]
    lines.append(f"{harmless(card.stage, SENTENCE)} {_bar(card, words)}".strip())
    if card.until is not None:
        # Discord shows a moment in everybody's own time zone.
        lines.append(words.say("I go on {when}.", when=f"<t:{int(card.until.timestamp())}:R>"))
    if card.note:
        lines.append(harmless(card.note, SENTENCE))
    return lines


def refusal(error: YasrError, words: Words) -> str:
    """Why something cannot be done; what it quotes is harmless."""
    return harmless(words.error(error), 2 * SENTENCE)


def slash(words: Words, name: str) -> str:
    """A command by the name that it has in the listener's Discord: "/settings me"."""
    return "/" + " ".join(words.render(Said(part)) for part in name.split())


def whispered(card: JobCard, words: Words) -> JobCard:
    """The same for one whose answer comes elsewhere."""
    note = words.say("The answer comes in a direct message.")
    return replace(card, note=" ".join(filter(None, (card.note, note))))


def head(card: SlateCard, asker: str, words: Words) -> list[str]:
    """Over an answer."""
    count = len(card.picks)
    title = harmless(card.title, NAME)
    if not count:  # nothing was asked for but a sentence
        return [f"{asker} **{title}**", harmless(card.note, SENTENCE * 3)]
    said = words.many(
        "{count} song like “{title}”, by somebody hardly anybody knows yet",
        "{count} songs like “{title}”, by artists hardly anybody knows yet",
        count=count, title=title,
    )  # fmt: skip
    how = words.say("Rate them with the buttons, or react with {scale} or a number.", scale=" ".join(verdicts.ROW))
    return [f"{asker} **{said}**", *([harmless(card.note, SENTENCE * 2)] if card.note else []), f"-# {how}"]


def done(card: SlateCard, where: str, words: Words) -> list[str]:
    """In place of the progress."""
    ready = words.say("Done: {link}", link=where) if where else words.say("Done.")
    return [f"**{harmless(card.title, NAME)}**", ready]


def song(card: PickCard) -> str:
    """Rank, title and artist."""
    return f"{card.rank}. **{harmless(card.title, NAME)}** – {harmless(card.artist, NAME)}"


def why(card: PickCard, words: Words) -> list[str]:
    """Why it is here, and how little known it is."""
    arm = words.say("Close") if card.arm is Arm.CLOSE else words.say("Wildcard")
    lines = [f"{arm}: {harmless(card.reason, SENTENCE)}", f"-# {harmless(card.evidence, SENTENCE)}"]
    if card.label:
        lines.append(f"⚠️ {harmless(card.label, SENTENCE)}")
    if licence := link(card.licence_url, URL):
        lines.append(words.say("Licence: {link}", link=f"<{licence}>"))
    if rated := given(card, words):
        lines.append(f"**{rated}**")
    return lines


def given(card: PickCard, words: Words) -> str:
    """The listener's own rating; empty without one."""
    if not card.rated:
        return ""
    return words.say("You rated it {value} of 10.", value=verdicts.value_of(card.rated))


def cover(card: PickCard) -> str:
    """A picture's address that Discord takes, or nothing."""
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
