"""Where the bot is no member: "@bot link" typed in any chat (inline mode), and guests' messages that call it by name.

https://core.telegram.org/bots/inline, https://core.telegram.org/bots/api#answerguestquery. The bot has one message
there, which becomes the progress and then the answer.
"""

from __future__ import annotations

from telegram import (
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    InlineQuery,
    InlineQueryResultArticle,
    InlineQueryResultsButton,
    InputTextMessageContent,
    Message,
)
from telegram.error import BadRequest

from bot.fronts.telegram.desk import HELLO, SONGS, Desk, Heard
from bot.fronts.telegram.hearing import music_in
from bot.fronts.telegram.keyboards import button
from bot.fronts.telegram.places import Place
from bot.lines import URL
from bot.people import Known
from bot.press import Press, Verb
from bot.text import link as harmless
from bot.text import plain
from core import links
from core.errors import NothingGiven

_MOST, _TITLE, _LONGEST = 10, 64, 200
#: Begins a message that will become an answer.
_OFFER = "🎧"


async def offer(desk: Desk, query: InlineQuery) -> None:
    """What may be sent into the chat: the link that is typed, or the latest ones of the one who types."""
    caller = await desk.caller(query.from_user)
    typed = links.find_link(query.query)
    found = {typed: typed} if typed else await desk.talk.commands.recent(caller.listener)
    safe = {link: title for link, title in found.items() if harmless(link, URL)}
    offers = [await _article(desk, caller, link, title) for link, title in list(safe.items())[:_MOST]]
    more = InlineQueryResultsButton(caller.words.say("Send me a link or songs in private"), start_parameter=HELLO)
    try:
        await query.answer(offers, cache_time=0, is_personal=True, button=more)
    except BadRequest:
        return  # the answer to a query that nobody waits for any more


async def answer_guest(desk: Desk, message: Message) -> None:
    """A link beside the bot's name, in a chat where it is no member."""
    if message.from_user is None or message.guest_query_id is None:
        return
    caller = await desk.caller(message.from_user)
    words = music_in(message)
    link = links.find_link(words)
    text = f"{_OFFER} {plain(link, _LONGEST)}" if link else caller.words.error(NothingGiven())
    content = InputTextMessageContent(text)
    sent = await desk.bot.answer_guest_query(message.guest_query_id, InlineQueryResultArticle("guest", _OFFER, content))
    if link:
        heard = Heard(caller, Place(inline=sent.inline_message_id), press=message.guest_query_id)
        await desk.ask(heard, lambda who, where: desk.talk.commands.recommend(who, where, link))


async def _article(desk: Desk, caller: Known, link: str, title: str) -> InlineQueryResultArticle:
    """A message with the link and a button that starts the search there, or in private."""
    token = await desk.talk.tokens.keep(link)
    say = caller.words.say
    keyboard = InlineKeyboardMarkup([[
        button(say("Find them here"), Press(Verb.HEAR, token)),
        InlineKeyboardButton(say("In private"), url=desk.link(f"{SONGS}{token}")),
    ]])  # fmt: skip
    content = InputTextMessageContent(f"{_OFFER} {say('New songs like this')}: {link}")
    return InlineQueryResultArticle(
        token, plain(title, _TITLE), content, description=say("New songs like this"), reply_markup=keyboard
    )
