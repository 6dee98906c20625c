"""What may stand under a message (https://core.telegram.org/bots/api#inlinekeyboardmarkup)."""

from __future__ import annotations

from typing import Any

from tests.fakes.telegram.entities import checked_link
from tests.fakes.telegram.errors import bad_request

MOST_BUTTONS, MOST_IN_A_ROW, MOST_DATA_BYTES = 100, 8, 64
_ACTIONS = frozenset({
    "callback_data", "callback_game", "copy_text", "login_url", "pay", "switch_inline_query",
    "switch_inline_query_chosen_chat", "switch_inline_query_current_chat", "url", "web_app",
})  # fmt: skip


def checked(markup: dict[str, Any] | None) -> dict[str, Any] | None:
    """The markup as Telegram keeps it: without empty rows; None when there is nothing left. Raises Refused."""
    if markup is None or "inline_keyboard" not in markup:
        return markup
    rows = [row for row in markup["inline_keyboard"] if row]
    if sum(map(len, rows)) > MOST_BUTTONS or any(len(row) > MOST_IN_A_ROW for row in rows):
        raise bad_request("reply markup is too long")
    return {"inline_keyboard": [[_button(one) for one in row] for row in rows]} if rows else None


def _button(button: dict[str, Any]) -> dict[str, Any]:
    if len(_ACTIONS & button.keys()) != 1:
        raise bad_request("can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard")
    if not button["text"].strip():
        raise bad_request('can\'t parse inline keyboard button: Field "text" must be non-empty')
    if "callback_data" in button and not 1 <= len(button["callback_data"].encode()) <= MOST_DATA_BYTES:
        raise bad_request("BUTTON_DATA_INVALID")
    if "url" not in button:
        return button
    link = checked_link(button["url"])
    if link is None:
        raise bad_request(f"inline keyboard button URL '{button['url']}' is invalid: Wrong HTTP URL")
    return {**button, "url": link}
