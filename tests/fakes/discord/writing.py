"""A body that was sent becomes what a message says, or is refused."""

from __future__ import annotations

import mimetypes
import re
from dataclasses import dataclass
from typing import Any

from tests.fakes.discord import errors
from tests.fakes.discord.components import Media, check, check_embeds, shown, shown_embeds
from tests.fakes.discord.state import COMPONENTS_V2, LOADING, TEXT_DISPLAY, Message, User, walk
from tests.fakes.discord.world import World

MOST_CONTENT = 2000
SETTABLE = COMPONENTS_V2 | 1 << 2 | 1 << 12  # V2, SUPPRESS_EMBEDS, SUPPRESS_NOTIFICATIONS
_MENTION = re.compile(r"<@!?(\d+)>")


@dataclass(frozen=True, slots=True)
class File:
    """One part files[n] of a multipart body."""

    index: int
    name: str
    data: bytes


def write(world: World, message: Message, body: dict[str, Any], files: list[File]) -> None:
    """Fills or edits ``message``; nothing of it changes when the body is refused."""
    flags = _flags(message, body)
    v2 = bool(flags & COMPONENTS_V2)
    content = message.content if "content" not in body else body["content"] or ""
    raw_embeds = body.get("embeds")
    if v2 and (content or (message.embeds if "embeds" not in body else raw_embeds)):
        code = "MESSAGE_CANNOT_USE_LEGACY_FIELDS_WITH_COMPONENTS_V2"
        field = "content" if content else "embeds"
        raise errors.invalid_form(field, code, f"The '{field}' field cannot be used with IS_COMPONENTS_V2")
    if len(content) > MOST_CONTENT:
        raise errors.invalid_form("content", "BASE_TYPE_MAX_LENGTH", f"Must be {MOST_CONTENT} or fewer in length.")
    check_embeds(raw_embeds or [])
    attachments, data = _attachments(world, message, body, files)
    media = Media(attachments)
    embeds = message.embeds if "embeds" not in body else shown_embeds(raw_embeds or [], media)
    components = message.components if "components" not in body else shown(body["components"] or [], media)
    check(components, v2=v2)
    if not (content or embeds or attachments or components):
        raise errors.empty_message()
    message.flags = flags & ~LOADING
    message.content, message.embeds, message.components = content, embeds, components
    message.attachments, message.files = attachments, data
    message.mentions = _mentioned(world, message, body.get("allowed_mentions"))


def _flags(message: Message, body: dict[str, Any]) -> int:
    wanted = body.get("flags") or 0
    if "flags" in body and message.flags & COMPONENTS_V2 and not wanted & COMPONENTS_V2:
        raise errors.invalid_form("flags", "MESSAGE_FLAG_CANNOT_BE_REMOVED", "IS_COMPONENTS_V2 cannot be removed")
    return message.flags | wanted & SETTABLE


def _attachments(
    world: World, message: Message, body: dict[str, Any], files: list[File]
) -> tuple[list[dict[str, Any]], dict[str, bytes]]:
    listed = body.get("attachments")
    described = {str(one["id"]): one for one in listed or ()}
    kept = message.attachments if listed is None else [one for one in message.attachments if one["id"] in described]
    data = {one["id"]: message.files[one["id"]] for one in kept}
    new = []
    for file in files:
        number = world.clock.snowflake()
        url = f"{world.base_url}/attachments/{message.channel.id}/{number}/{file.name}"
        looks = {"id": number, "filename": file.name, "size": len(file.data), "url": url, "proxy_url": url}
        looks["content_type"] = mimetypes.guess_type(file.name)[0] or "application/octet-stream"
        if description := described.get(str(file.index), {}).get("description"):
            looks["description"] = description
        new.append(looks)
        data[number] = file.data
    return [*kept, *new], data


def _mentioned(world: World, message: Message, allowed: dict[str, Any] | None) -> list[User]:
    texts = [message.content, *(one["content"] for one in walk(message.components) if one["type"] == TEXT_DISPLAY)]
    found = dict.fromkeys(number for text in texts for number in _MENTION.findall(text) if number in world.users)
    if allowed is not None and "users" not in (allowed.get("parse") or ()):
        chosen = {str(number) for number in allowed.get("users") or ()}
        found = {number: None for number in found if number in chosen}
    people = [world.users[number] for number in found]
    pings = allowed is None or allowed.get("replied_user", False)
    if message.reply_to is not None and pings and message.reply_to.author not in people:
        people.append(message.reply_to.author)
    return people
