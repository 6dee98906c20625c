"""What the twin does otherwise than Discord, put right: one small function for each, on JSON alone.

The numbers are those of the list in test_twin.py.
"""

from __future__ import annotations

import json
import mimetypes
import re
from dataclasses import dataclass
from typing import Any

from aiohttp import web

from tests.fakes.discord.interactions import Callback, Interaction
from tests.fakes.discord.state import COMPONENTS_V2, EPHEMERAL, LOADING

Json = dict[str, Any]

_FILE = re.compile(r"files\[(\d+)\]")
_MENTION = re.compile(r"<@!?(\d+)>")
_SETTABLE = COMPONENTS_V2 | 1 << 2 | 1 << 12  # V2, SUPPRESS_EMBEDS, SUPPRESS_NOTIFICATIONS
_CLEARED: Json = {"content": "", "embeds": [], "components": []}


@dataclass(frozen=True, slots=True)
class File:
    """One part files[n] of a multipart body."""

    index: str
    name: str
    data: bytes


def application(bot: Json, owner: Json) -> Json:
    """1. The twin does not answer GET /oauth2/applications/@me, which discord.py asks at login, for the owner too."""
    looks = {"id": bot["id"], "name": bot["username"], "icon": None, "description": "", "verify_key": "0" * 64}
    return looks | {"bot_public": True, "bot_require_code_grant": False, "flags": 0, "team": None, "owner": owner}


def callback_response(interaction: Interaction, message: Json | None) -> Json:
    """2. The twin answers 204 to a callback with ``with_response``; Discord says what came of it."""
    about: Json = {"id": interaction.id, "type": interaction.type, "channel_id": interaction.channel.id}
    if interaction.kind in (Callback.CHOICES, Callback.ASK) or message is None:
        return {"interaction": about}
    flags = message.get("flags", 0)
    about["response_message_id"] = message["id"]
    about["response_message_loading"] = bool(flags & LOADING)
    about["response_message_ephemeral"] = bool(flags & EPHEMERAL)
    if interaction.kind == Callback.DEFER_UPDATE:
        return {"interaction": about}
    kind = Callback.UPDATE if interaction.kind == Callback.UPDATE else Callback.SAY
    return {"interaction": about, "resource": {"type": int(kind), "message": message}}


def whole_reaction(event: Json) -> Json:
    """3. The twin's reaction events lack what tells a burst from an ordinary reaction."""
    return {"type": 0, "burst": False} | event


def whole_message(message: Json) -> Json:
    """4. The twin leaves out empty components."""
    return {"components": []} | message


async def unwrapped(request: web.Request) -> tuple[Json | None, list[File]]:
    """5. The twin reads JSON alone: a multipart body is taken apart into ``payload_json`` and its files."""
    if request.content_type != "multipart/form-data":
        text = await request.text()
        return (json.loads(text) if text else None), []
    form = await request.post()
    files = []
    for name, part in form.items():
        if isinstance(part, web.FileField) and (index := _FILE.fullmatch(name)):
            files.append(File(index[1], part.filename, part.file.read()))
    return json.loads(str(form["payload_json"])), files


def attachments(before: list[Json], listed: list[Json] | None, uploaded: dict[str, File], base_url: str) -> list[Json]:
    """5. What a message has attached afterwards: what was kept, and the files by their new ids."""
    described = {str(one["id"]): one for one in listed or ()}
    kept = before if listed is None else [one for one in before if one["id"] in described]
    new = []
    for number, file in uploaded.items():
        url = f"{base_url}/attachments/{number}/{file.name}"
        looks = {"id": number, "filename": file.name, "size": len(file.data), "url": url, "proxy_url": url}
        looks["content_type"] = mimetypes.guess_type(file.name)[0] or "application/octet-stream"
        if description := described.get(file.index, {}).get("description"):
            looks["description"] = description
        new.append(looks)
    return [*kept, *new]


def refused_resume(sent: Json) -> Json | None:
    """6. The twin is silent at RESUME; this is what Discord answers when a session cannot be resumed."""
    return {"op": 9, "d": False} if sent["op"] == 6 else None


def visible_deferral(body: Json) -> Json:
    """8. The twin shows nothing at a deferral, and forgets that it was ephemeral: here it becomes a message."""
    if body["type"] != Callback.DEFER:
        return body
    flags = (body.get("data") or {}).get("flags") or 0
    return {"type": int(Callback.SAY), "data": {"content": "", "flags": flags | LOADING}}


def is_waiting(interaction: Interaction) -> bool:
    """8. Whether the next follow-up is the original; in the twin it is always another message."""
    original = interaction.original
    return interaction.kind == Callback.DEFER and original is not None and original.loading


def whole_edit(body: Json, flags: int) -> Json:
    """9. In the twin null changes nothing instead of clearing, and new flags replace those of the message."""
    cleared = {key: empty for key, empty in _CLEARED.items() if key in body and body[key] is None}
    return body | cleared | {"flags": flags & ~LOADING | (body.get("flags") or 0) & _SETTABLE}


def with_owners(interaction: Json) -> Json:
    """10. The twin does not say who installed the application: here it is the guild."""
    return interaction | {"authorizing_integration_owners": {"0": interaction["guild_id"]}}


def with_mentions(message: Json, users: dict[str, Json]) -> Json:
    """11. The twin's messages mention nobody."""
    found = dict.fromkeys(_MENTION.findall(message["content"]))
    return message | {"mentions": [users[number] for number in found if number in users]}


def is_hidden(message: Json) -> bool:
    """12. The twin tells the gateway of ephemeral messages; Discord does not."""
    return bool(message.get("flags", 0) & EPHEMERAL)


def whole_ready(ready: Json, identity: Json) -> Json:
    """13. The twin does not say which shard it is that is ready, which an AutoShardedClient cannot do without."""
    return {"shard": identity.get("shard") or [0, 1]} | ready


def gateway_here(answer: Json, base_url: str) -> Json:
    """The twin names its own gateway; a client has to come to the bridge's."""
    return answer | {"url": base_url.replace("http", "ws") + "/gateway"}


def resumed_here(ready: Json, base_url: str) -> Json:
    """The twin sends a client that comes back to itself; it has to come back to the bridge."""
    return ready | {"resume_gateway_url": base_url.replace("http", "ws") + "/gateway"}
