"""One request to the Bot API: a method and its parameters, decoded (https://core.telegram.org/bots/api#making-requests)."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web

from tests.fakes.telegram.errors import bad_request

NUMBERS = frozenset({
    "cache_time", "direct_messages_topic_id", "duration", "limit", "max_connections", "message_id",
    "message_thread_id", "offset", "timeout", "user_id",
})  # fmt: skip
FLAGS = frozenset({
    "allow_paid_broadcast", "disable_content_type_detection", "disable_notification", "drop_pending_updates",
    "has_spoiler", "is_big", "is_personal", "protect_content", "show_alert", "show_caption_above_media",
})  # fmt: skip
OBJECTS = frozenset({
    "allowed_updates", "button", "caption_entities", "commands", "entities", "link_preview_options", "media",
    "reaction", "reply_markup", "reply_parameters", "result", "results", "rich_message", "scope",
    "suggested_post_parameters",
})  # fmt: skip


@dataclass(frozen=True, slots=True)
class File:
    """One uploaded part of a multipart body."""

    name: str
    data: bytes


@dataclass(frozen=True, slots=True)
class Call:
    """What was asked. ``files`` holds the uploads that a parameter names with "attach://"."""

    method: str
    parameters: dict[str, Any]
    files: dict[str, File] = field(default_factory=dict)

    def get(self, name: str, default: Any = None) -> Any:
        return self.parameters.get(name, default)


Handler = Callable[[Call], Awaitable[Any]]


async def read(request: web.Request, method: str) -> Call:
    """Reads the query and the body; raises Refused when a value is not what its name promises."""
    sent: dict[str, Any] = dict(request.query)
    if request.content_type == "application/json":
        sent |= await request.json()
    elif request.can_read_body:
        form = await request.post()
        for name, part in form.items():
            sent[name] = File(part.filename, part.file.read()) if isinstance(part, web.FileField) else part
    parameters = {name: decoded(name, value) for name, value in sent.items()}
    named = json.dumps([value for value in parameters.values() if not isinstance(value, File)])
    files = {
        name: value for name, value in parameters.items() if isinstance(value, File) and f'"attach://{name}"' in named
    }
    return Call(method, {name: value for name, value in parameters.items() if name not in files}, files)


def decoded(name: str, value: Any) -> Any:
    """A form's text as the type that the parameter of that name has; JSON and files are what they are already."""
    if not isinstance(value, str):
        return value
    try:
        if name in NUMBERS:
            return int(value)
        if name == "chat_id":
            return value if value.startswith("@") else int(value)
        if name in OBJECTS:
            return json.loads(value)
    except ValueError:
        raise bad_request(f"can't parse {name}: {value}") from None
    return value.lower() in ("true", "yes", "1") if name in FLAGS else value
