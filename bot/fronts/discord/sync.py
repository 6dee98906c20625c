"""Tells Discord the commands, only when they have changed: a day has 200 creations."""

from __future__ import annotations

import hashlib
import json

import discord
import structlog
from discord import app_commands

from bot.conversation import Talk
from bot.fronts.discord.places import NAME

log = structlog.get_logger()


async def sync(tree: app_commands.CommandTree, talk: Talk) -> None:
    """Sends all commands if their hash is not that of the last time."""
    translator = tree.translator
    payload = [
        await command.get_translated_payload(tree, translator) if translator else command.to_dict(tree)
        for command in tree.get_commands()
    ]
    text = json.dumps([str(tree.client.application_id), payload], sort_keys=True, ensure_ascii=False)
    digest = hashlib.sha256(text.encode()).hexdigest()
    if await talk.people.told(NAME) == digest:
        return
    try:
        await tree.sync()
    except (discord.HTTPException, OSError) as trouble:  # the old ones still work; the next start tries again
        log.warning("the commands were not sent", error=type(trouble).__name__)
        return
    await talk.people.tell(NAME, digest)
    log.info("the commands were sent", count=len(payload))
