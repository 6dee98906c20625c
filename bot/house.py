"""What the bot says about itself and about a listener: its record, their settings, data and history."""

from __future__ import annotations

from bot.conversation import Talk
from bot.lines import Lines
from bot.people import Known
from bot.words import Words
from core.model import Arm, Blend, Server
from core.said import mark
from core.scorecard import SEED_CLOSE, SEED_WILDCARD, Group
from core.store.record import Rated

#: The ending of a press that erases and lets the bare counts stay, and what those are.
COUNTS = "counts"
COUNTED = mark(
    "Bare counts say how often a rating from 0 to 10 was given, and nothing else: not by whom, when, or to which song."
)


async def stats(talk: Talk, caller: Known) -> list[str]:
    """What there is to offer, how the picks are rated, and how many are by little-known artists."""
    say, many = caller.words.say, caller.words.many
    status, card = await talk.commands.status(caller.words), await talk.scorecards.public()
    record = await talk.people.record(caller.listener)
    close, wild, random = (_scored(caller.words, group) for group in card.arms)
    mine = (_rated(caller.words, record.rated[arm]) for arm in (Arm.CLOSE, Arm.WILDCARD))
    answers = many("{count} answer", "{count} answers", count=card.slates)
    lines = [
        status.sentence,
        _whose(caller.words, say("Everybody"), answers, close, wild),
        say("Drawn by chance, to compare: {random}.", random=random),
        say("The first version of this bot reached {close} with similar songs and {wild} with dissimilar ones.",
            close=SEED_CLOSE, wild=SEED_WILDCARD),
        _whose(caller.words, say("You"), many("{count} answer", "{count} answers", count=record.slates), *mine),
    ]  # fmt: skip
    if card.newcomers is not None:
        share = round(100 * card.newcomers)
        lines.insert(-1, say("{share} % of the songs shown are by little-known artists.", share=share))
    return lines


def settings(talk: Talk, person: Known) -> list[str]:
    """What a listener has set, or what holds without."""
    say, kept, defaults = person.words.say, person.preferences, talk.commands.defaults
    return [
        say("Audience: {audience}", audience=kept.audience or defaults.audience),
        say("New means: within {weeks} weeks", weeks=kept.weeks or defaults.weeks),
        say("Language: {language}", language=person.words.language),
        say("Answers in direct messages: {state}", state=state(person.words, on=kept.private)),
        say("Others may compare their taste with mine: {state}", state=state(person.words, on=kept.compare)),
    ]


def server(words: Words, kept: Server) -> list[str]:
    """What the admins of a server have set."""
    return [
        words.say("Links that people share: {state}", state=state(words, on=kept.links)),
        words.say("Language: {language}", language=kept.language or words.say("that of the one who asks")),
    ]


def state(words: Words, *, on: bool) -> str:
    """Of a setting."""
    return words.say("on") if on else words.say("off")


async def data(talk: Talk, caller: Known, lines: Lines) -> list[str]:
    """How much is kept about a listener of what."""
    held = await talk.people.held(caller.listener)
    told = [caller.words.say("What I keep about you. No text of a message is ever kept.")]
    told += [f"{name}: {held[table]}" for table, name in _tables(caller.words).items() if table in held]
    export, forget = lines.command("mydata export", caller.words), lines.command("mydata forget", caller.words)
    return [
        *told,
        caller.words.say("{export} gives you all of it, {forget} erases it.", export=export, forget=forget),
    ]


def invitation(blend: Blend, words: Words, mentions: dict[int, str]) -> list[str]:
    """To a blend: who asks, and who has said yes; ``mentions`` name the members."""
    lines = [words.say("{asker} asks for songs that please all of you. Nobody's taste is used without their yes.",
                       asker=mentions[blend.asker])]  # fmt: skip
    for member, agreed in blend.members.items():
        who = mentions[member]
        lines.append(words.say("{who}: takes part", who=who) if agreed else words.say("{who}: not yet", who=who))
    return lines


def _whose(words: Words, whose: str, answers: str, close: str, wild: str) -> str:
    return words.say("{whose}: {answers}; close songs {close}, wildcards {wild}.", whose=whose, answers=answers,
                     close=close, wild=wild)  # fmt: skip


def _scored(words: Words, group: Group) -> str:
    if group.mean is None:
        return words.say("rated by too few to tell") if group.ratings else words.say("not rated yet")
    if group.mean_interval is None:
        return _rated(words, Rated(group.ratings, group.mean))
    low, high = (round(end, 2) for end in group.mean_interval)
    return words.many(
        "{mean} of 10 in {count} rating (95 %: {low} to {high})",
        "{mean} of 10 in {count} ratings (95 %: {low} to {high})",
        count=group.ratings, mean=round(group.mean, 2), low=low, high=high,
    )  # fmt: skip


def _rated(words: Words, rated: Rated) -> str:
    if rated.mean is None:
        return words.say("not rated yet")
    return words.many(
        "{mean} of 10 in {count} rating", "{mean} of 10 in {count} ratings",
        count=rated.count, mean=round(rated.mean, 2),
    )  # fmt: skip


def _tables(words: Words) -> dict[str, str]:
    """The tables that a person cares for, by name; the others hang on these."""
    return {
        "requests": words.say("requests"),
        "picks": words.say("songs shown"),
        "verdicts": words.say("ratings"),
        "barred": words.say("artists you do not want to see"),
        "accounts": words.say("linked accounts"),
        "blend_members": words.say("invitations to blends"),
    }
