"""How users, channels, guilds and messages look on the wire."""

from __future__ import annotations

from typing import Any

from tests.fakes.discord.state import EVERYTHING, PERMISSIONS, Channel, Guild, Message, User

APPLICATION_NAME = "YASR"
JOINED = "2020-01-01T00:00:00+00:00"


def user(one: User) -> dict[str, Any]:
    looks = {
        "id": one.id,
        "username": one.name.lower(),
        "global_name": None if one.bot else one.name,
        "avatar": None,
        "discriminator": "0000" if one.bot else "0",
        "public_flags": 0,
        "flags": 0,
        "primary_guild": None,
    }
    return looks | ({"bot": True} if one.bot else {})


def myself(bot: User) -> dict[str, Any]:
    return user(bot) | {"mfa_enabled": False, "locale": bot.locale, "verified": True, "email": None}


def application(bot: User, owner: User, *, message_content: bool) -> dict[str, Any]:
    """The bot's application; its id is the bot's own, as with every application made since 2016."""
    flags = 1 << 18 if message_content else 0  # GATEWAY_MESSAGE_CONTENT
    return {
        "id": bot.id,
        "name": APPLICATION_NAME,
        "icon": None,
        "description": "",
        "type": None,
        "bot": user(bot),
        "bot_public": True,
        "bot_require_code_grant": False,
        "verify_key": "0" * 64,
        "flags": flags,
        "flags_new": str(flags),
        "redirect_uris": [],
        "interactions_endpoint_url": None,
        "role_connections_verification_url": None,
        "owner": user(owner),
        "approximate_guild_count": 1,
        "approximate_user_install_count": 0,
        "approximate_user_authorization_count": 0,
        "explicit_content_filter": 0,
        "team": None,
        "eligible_oauth2_scopes": [],
    }


def member(one: User) -> dict[str, Any]:
    """A member without the user, as it stands beside the author of a message."""
    return {
        "roles": [],
        "nick": None,
        "avatar": None,
        "banner": None,
        "joined_at": JOINED,
        "premium_since": None,
        "deaf": False,
        "mute": False,
        "pending": False,
        "flags": 0,
        "communication_disabled_until": None,
    }


def channel(one: Channel, bot: User) -> dict[str, Any]:
    looks: dict[str, Any] = {"id": one.id, "last_message_id": max(one.messages, key=int, default=None), "flags": 0}
    if one.guild is None:
        assert one.recipient is not None
        return looks | {"type": 1, "recipients": [user(one.recipient)]}
    denied = sum(PERMISSIONS[name] for name in one.denied)
    overwrites = [{"id": bot.id, "type": 1, "allow": "0", "deny": str(denied)}] if denied else []
    return looks | {
        "type": 0,
        "guild_id": one.guild.id,
        "name": one.name,
        "parent_id": None,
        "position": one.guild.channels.index(one),
        "permission_overwrites": overwrites,
        "nsfw": False,
        "topic": None,
        "rate_limit_per_user": 0,
    }


def guild(one: Guild, bot: User) -> dict[str, Any]:
    """A whole GUILD_CREATE; the only role is @everyone, with the guild's own id."""
    everyone = {
        "id": one.id,
        "name": "@everyone",
        "permissions": str(EVERYTHING),
        "position": 0,
        "color": 0,
        "colors": {"primary_color": 0, "secondary_color": None, "tertiary_color": None},
        "hoist": False,
        "managed": False,
        "mentionable": False,
        "flags": 0,
    }
    return {
        "id": one.id,
        "name": one.name,
        "owner_id": next(iter(one.members), bot.id),
        "preferred_locale": one.locale,
        "member_count": len(one.members) + 1,
        "members": [member(bot) | {"user": user(bot)}],
        "roles": [everyone],
        "channels": [channel(place, bot) for place in one.channels if not place.deleted],
        "joined_at": JOINED,
        "large": False,
        "unavailable": False,
        "icon": None,
        "features": [],
        **{key: [] for key in ("emojis", "stickers", "threads", "voice_states", "presences", "stage_instances")},
        **{key: [] for key in ("guild_scheduled_events", "soundboard_sounds")},
        **dict.fromkeys(("verification_level", "default_message_notifications", "explicit_content_filter"), 0),
        **dict.fromkeys(("mfa_level", "nsfw_level", "premium_tier", "afk_timeout", "system_channel_flags"), 0),
    }


def emoji(name: str) -> dict[str, Any]:
    """A reaction's emoji: "🔥", or "name:id" of one that a guild uploaded."""
    word, _, number = name.partition(":")
    return {"id": number or None, "name": word}


def _reaction(name: str, users: list[User], bot: User) -> dict[str, Any]:
    return {
        "emoji": emoji(name),
        "count": len(users),
        "count_details": {"burst": 0, "normal": len(users)},
        "burst_colors": [],
        "me_burst": False,
        "me": bot in users,
    }


def message(one: Message, bot: User, *, nested: bool = True) -> dict[str, Any]:
    looks: dict[str, Any] = {
        "id": one.id,
        "channel_id": one.channel.id,
        "type": one.type,
        "author": user(one.author),
        "content": one.content,
        "mentions": [user(somebody) for somebody in one.mentions],
        "mention_roles": [],
        "mention_everyone": False,
        "attachments": one.attachments,
        "embeds": one.embeds,
        "components": one.components,
        "timestamp": one.timestamp,
        "edited_timestamp": one.edited,
        "flags": one.flags,
        "pinned": False,
        "tts": False,
    }
    optional = {
        "nonce": one.nonce,
        "interaction_metadata": one.metadata,
        "application_id": bot.id if one.author is bot else None,
        "webhook_id": bot.id if one.webhook else None,
        "reactions": [_reaction(name, users, bot) for name, users in one.reactions.items()] or None,
    }
    looks |= {key: value for key, value in optional.items() if value is not None}
    if one.reply_to is not None and nested:
        looks["message_reference"] = {"type": 0, "channel_id": one.channel.id, "message_id": one.reply_to.id}
        gone = one.reply_to.deleted
        looks["referenced_message"] = None if gone else message(one.reply_to, bot, nested=False)
    return looks


def without_content(looks: dict[str, Any]) -> dict[str, Any]:
    """What is left for a bot that may not read it."""
    return looks | {"content": "", "embeds": [], "attachments": [], "components": []}
