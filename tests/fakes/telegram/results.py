"""What an InlineQueryResult says once it is a message (https://core.telegram.org/bots/api#inlinequeryresult)."""

from __future__ import annotations

from typing import Any

from tests.fakes.telegram import keyboards, writing
from tests.fakes.telegram.call import Call
from tests.fakes.telegram.errors import bad_request
from tests.fakes.telegram.sending import KINDS
from tests.fakes.telegram.state import Message
from tests.fakes.telegram.world import World

MOST_ID_BYTES = 64


def fill(world: World, message: Message, result: dict[str, Any], call: Call) -> None:
    """Writes a result into a message; raises Refused when Telegram would not take the result."""
    kind, users = result["type"], world.shown_users()
    if not 1 <= len(result["id"].encode()) <= MOST_ID_BYTES:
        raise bad_request("RESULT_ID_INVALID")
    message.controls = keyboards.checked(result.get("reply_markup"))
    if content := result.get("input_message_content"):
        if "message_text" not in content:
            raise bad_request("of the contents of inline results only text is modelled")
        message.text, message.entities = writing.text(content, users, "message_text")
        message.preview = content.get("link_preview_options")
    elif kind in KINDS:
        message.text, message.entities = writing.caption(result, users)
        source = result.get(f"{kind}_file_id") or result.get(f"{kind}_url")
        about = result | {"duration": result.get("audio_duration") or result.get("voice_duration") or 0}
        message.media = world.library.take(kind, source, call, about)
    else:
        raise bad_request(f"inline results of type {kind} are not modelled")
