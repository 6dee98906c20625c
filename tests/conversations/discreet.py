"""A conversation in a process of its own, logged in full: ``python -m tests.conversations.discreet FRONT FOLDER``.

It writes JSON: what must be neither in the log nor in the folder's files afterwards.
"""

from __future__ import annotations

import asyncio
import json
import sys
from pathlib import Path

from core.errors import NoSongs
from core.log import set_up
from tests.conversations import discord, telegram, web
from tests.conversations.table import LINK, SONGS
from tests.conversations.world import World, world

FRONTS = {"web": web, "discord": discord, "telegram": telegram}
#: What somebody says around the link, and where there is no link at all.
AROUND, ALONE = "my grandmother sang this to me", "nobody should ever read this again"


async def converse(front: str, behind: World) -> dict[str, str]:
    """Asks, is answered, rates, asks again, is refused, looks back; the secrets of it by name."""
    async with FRONTS[front].chat(behind, "en-GB" if front != "telegram" else "en") as chat:  # type: ignore[attr-defined]
        await chat.asks(f"{AROUND} {LINK} {AROUND}")
        await behind.hand.reports("listening", 1, 2)
        await chat.sees()
        await behind.hand.answers(SONGS)
        await chat.sees()
        await chat.rates(SONGS[0], "🔥")
        await chat.more()
        await behind.hand.refuses(NoSongs(what="the songs"))
        await chat.sees()
        await chat.asks(ALONE)
        await chat.looks_back()
        person = getattr(chat, "person", None)
        secrets = {"around": AROUND, "alone": ALONE}
        if person is not None:
            secrets |= {"name": person.user.name, "token": chat.server.token}
        return secrets


async def main(front: str, folder: Path) -> None:
    async with world(folder) as behind:
        secrets = await converse(front, behind)
    sys.stdout.write(json.dumps(secrets))


if __name__ == "__main__":
    set_up("bot", "DEBUG", Path(sys.argv[2]))
    asyncio.run(main(sys.argv[1], Path(sys.argv[2])))
