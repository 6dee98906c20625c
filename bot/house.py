"""What the bot says about itself and about a listener: its record, their settings, data and history."""

from __future__ import annotations

from bot.conversation import Talk
from bot.lines import Lines
from bot.people import Known
from bot.words import Words
from core.model import Arm, Blend, Server
from core.store.record import Rated


async def stats(talk: Talk, caller: Known) -> list[str]:
    """What there is to offer, and how the picks are rated."""
    say, many = caller.words.say, caller.words.many
    status = await talk.commands.status(caller.words)
    standing = await talk.people.standing(caller.listener)
    lines = [status.sentence]
    for whose, record in ((say("Everybody"), standing.everybody), (say("You"), standing.mine)):
        answers = many("{count} answer", "{count} answers", count=record.slates)
        close, wild = (_rated(caller.words, record.rated[arm]) for arm in (Arm.CLOSE, Arm.WILDCARD))
        lines.append(
            say("{whose}: {answers}; close songs {close}, wildcards {wild}.", whose=whose, answers=answers, close=close,
                wild=wild)
        )  # fmt: skip
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
