"""How users, chats, messages and members look on the wire."""

from __future__ import annotations

from typing import Any

from tests.fakes.telegram.state import (
    INSIDE,
    KICKED,
    Chat,
    Message,
    User,
)

_RIGHTS = (
    "can_manage_chat", "can_delete_messages", "can_manage_video_chats", "can_restrict_members",
    "can_promote_members", "can_change_info", "can_invite_users", "can_post_stories", "can_edit_stories",
    "can_delete_stories",
)  # fmt: skip
_GIFTS = ("unlimited_gifts", "limited_gifts", "unique_gifts", "premium_subscription", "gifts_from_channels")
MOST_REACTIONS_ON_A_MESSAGE = 11


def user(one: User) -> dict[str, Any]:
    looks: dict[str, Any] = {"id": one.id, "is_bot": one.bot, "first_name": one.name}
    if one.username:
        looks["username"] = one.username
    if one.language:
        looks["language_code"] = one.language
    if one.premium:
        looks["is_premium"] = True
    return looks


def myself(bot: User, *, privacy: bool, guest: bool) -> dict[str, Any]:
    return user(bot) | {
        "can_join_groups": True,
        "can_read_all_group_messages": not privacy,
        "supports_guest_queries": guest,
        "supports_inline_queries": True,
        "can_connect_to_business": False,
        "has_main_web_app": False,
        "has_topics_enabled": False,
        "allows_users_to_create_topics": False,
        "can_manage_bots": False,
        "supports_join_request_queries": False,
    }


def chat(one: Chat) -> dict[str, Any]:
    looks: dict[str, Any] = {"id": one.id, "type": one.type}
    if one.person is not None:
        looks["first_name"] = one.person.name
        looks |= {"username": one.person.username} if one.person.username else {}
        return looks
    looks["title"] = one.title
    if one.username:
        looks["username"] = one.username
    if one.topics:
        looks["is_forum"] = True
    return looks


def full_chat(one: Chat) -> dict[str, Any]:
    looks = chat(one) | {"accent_color_id": 0, "max_reaction_count": MOST_REACTIONS_ON_A_MESSAGE}
    looks["accepted_gift_types"] = dict.fromkeys(_GIFTS, False)
    if one.reactions is not None:
        looks["available_reactions"] = reactions(one.reactions)
    if one.username or (one.person and one.person.username):
        looks["active_usernames"] = [looks["username"]]
    return looks


def member(one: User, status: str) -> dict[str, Any]:
    looks: dict[str, Any] = {"status": status, "user": user(one)}
    match status:
        case "administrator":
            rights = dict.fromkeys(_RIGHTS, False) | {"can_manage_chat": True, "can_delete_messages": True}
            return looks | {"can_be_edited": False, "is_anonymous": False} | rights
        case "kicked":
            return looks | {"until_date": 0}
    return looks


def reactions(emoji: list[str]) -> list[dict[str, str]]:
    return [{"type": "emoji", "emoji": one} for one in emoji]


def origin(of: Message, *, hidden: bool) -> dict[str, Any]:
    """Where a forwarded message came from."""
    if of.origin is not None:
        return of.origin
    if of.sender is not None:
        return {"type": "channel", "date": of.date, "chat": chat(of.sender), "message_id": of.id}
    if hidden:
        return {"type": "hidden_user", "date": of.date, "sender_user_name": of.author.name}
    return {"type": "user", "date": of.date, "sender_user": user(of.author)}


def message(one: Message, bot: User, *, reply: bool = True) -> dict[str, Any]:
    """A message; what it replies to is told without what that replies to."""
    looks: dict[str, Any] = {"message_id": one.id, "date": one.date, "chat": chat(one.chat)}
    if one.sender is None:
        looks["from"] = user(one.author)
    else:
        looks["sender_chat"] = chat(one.sender)
    if one.thread is not None:
        looks |= {"message_thread_id": one.thread, "is_topic_message": True}
    if reply and one.reply_to is not None and not one.reply_to.deleted:
        looks["reply_to_message"] = message(one.reply_to, bot, reply=False)
    if one.origin is not None:
        looks["forward_origin"] = one.origin
    if one.via_bot:
        looks["via_bot"] = user(bot)
    if one.caller is not None:
        looks["guest_bot_caller_user"] = user(one.caller)
    if one.edited is not None:
        looks["edit_date"] = one.edited
    if one.protected:
        looks["has_protected_content"] = True
    if one.keyboard:
        looks["reply_markup"] = one.controls
    return looks | _content(one) | one.service


def _content(one: Message) -> dict[str, Any]:
    if one.media is None:
        looks: dict[str, Any] = {"text": one.text} if one.text else {}
        looks |= {"entities": one.entities} if one.entities else {}
        return looks | ({"link_preview_options": one.preview} if one.preview else {})
    kind = one.media.kind
    looks = {kind: [one.media.looks] if kind == "photo" else one.media.looks}
    looks |= {"media_group_id": one.album} if one.album else {}
    looks |= {"caption": one.text} if one.text else {}
    return looks | ({"caption_entities": one.entities} if one.entities else {})


def inaccessible(one: Message) -> dict[str, Any]:
    """A message that is no longer there, as a button on it tells of it."""
    return {"chat": chat(one.chat), "message_id": one.id, "date": 0}


def status_change(place: Chat, by: User, whose: User, old: str, new: str, date: int) -> dict[str, Any]:
    return {
        "chat": chat(place),
        "from": user(by),
        "date": date,
        "old_chat_member": member(whose, old),
        "new_chat_member": member(whose, new),
    }


def gone_sentence(place: Chat, status: str) -> str | None:
    """Why the bot cannot write there, or None when it is in."""
    if status in INSIDE:
        return None
    was = "was kicked from" if status == KICKED else "is not a member of"
    return f"bot {was} the {place.type} chat"
