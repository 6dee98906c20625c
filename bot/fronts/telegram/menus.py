"""The menu of commands and what stands in the bot's profile, in every language; told to Telegram when they change."""

from __future__ import annotations

import hashlib
import json

from telegram import BotCommand

from bot.conversation import Talk
from bot.fronts.telegram.commands import MENU
from bot.fronts.telegram.sending import Bot
from bot.words import LANGUAGES, Words, words

_KEY = "telegram menus"
#: The longest description of a command, of the bot on its profile, and before one starts it.
_COMMAND, _SHORT, _DESCRIPTION = 256, 120, 512


async def tell(bot: Bot, talk: Talk) -> None:
    """Tells Telegram, if anything is not as it was told last."""
    all_ = {language: _texts(words(language)) for language in LANGUAGES}
    digest = hashlib.sha256(json.dumps([bot.id, all_], sort_keys=True).encode()).hexdigest()
    if await talk.people.told(_KEY) == digest:
        return
    for language, texts in all_.items():
        code = "" if language == "en" else language  # English is for all other languages too
        commands = [BotCommand(name, texts[name]) for name in MENU]
        await bot.set_my_commands(commands, language_code=code or None)
        await bot.set_my_description(texts["description"], language_code=code or None)
        await bot.set_my_short_description(texts["short"], language_code=code or None)
    await talk.people.tell(_KEY, digest)


def _texts(speak: Words) -> dict[str, str]:
    own = speak.say("I find songs by new, little-known artists that sound like what you love.")
    how = speak.say(
        "Send me the link of a playlist, album or song, songs as text, a list as a file, or a sound file. You can "
        "also forward me a message."
    )
    texts = {name: speak.say(text)[:_COMMAND] for name, text in MENU.items()}
    return texts | {"short": own[:_SHORT], "description": f"{own}\n\n{how}"[:_DESCRIPTION]}
