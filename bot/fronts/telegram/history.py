"""/history: what was asked, and every answer again."""

from __future__ import annotations

from bot.cards import JobCard, SlateCard
from bot.fronts.telegram import drawn
from bot.fronts.telegram.desk import Desk, Heard
from bot.fronts.telegram.html import lines
from bot.fronts.telegram.keyboards import Row, button
from bot.press import Press, Verb
from bot.text import plain

_MOST, _LABEL = 10, 40


async def overview(desk: Desk, heard: Heard) -> None:
    """The latest requests, and a button to see each answer again."""
    cards = (await desk.talk.commands.history(heard.listener, heard.words))[::-1][:_MOST]
    say = heard.words.say
    if not cards:
        start = lines.command("recommend", heard.words)
        await desk.say(heard, say("You have asked for nothing yet. Start with {command}.", command=start))
        return
    shown = [say("What you asked for, the latest first:"), *(lines.past(card, heard.words) for card in cards)]
    rows: list[Row] = [
        [button(plain(card.title, _LABEL), Press(Verb.SHOW, "answer", card.request_id))]
        for card in cards
        if isinstance(card, SlateCard) and card.picks
    ]
    await desk.whisper(heard, shown, rows)


async def show(desk: Desk, heard: Heard, request_id: str) -> None:
    """One answer again: a list, and a song at a press. Raises NotYours."""
    card = await desk.talk.commands.card(heard.listener, request_id, heard.words)
    if isinstance(card, JobCard):
        await desk.reply(heard, drawn.job(card, heard.words))
        return
    songs = [button(str(pick.rank), Press(Verb.SHOW, "pick", str(pick.id))) for pick in card.picks]
    await desk.reply(heard, drawn.brief(card, [songs[:5], songs[5:10]]))


async def show_pick(desk: Desk, heard: Heard, pick_id: int) -> None:
    """One song again, to be rated and heard."""
    card = await desk.talk.picks.card(heard.listener, pick_id, heard.words)
    if card is not None:
        await desk.reply(heard, drawn.pick(card, heard.words, play=True))
