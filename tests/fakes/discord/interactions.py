"""Interactions: acknowledged within three seconds, followed up for fifteen minutes.

https://discord.com/developers/docs/interactions/receiving-and-responding
"""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from enum import IntEnum
from typing import Any

from tests.fakes.discord import errors, payloads
from tests.fakes.discord.call import Answer, Call
from tests.fakes.discord.rest import Route
from tests.fakes.discord.state import EPHEMERAL, LOADING, Channel, Message, User
from tests.fakes.discord.world import World
from tests.fakes.discord.writing import write

COMMAND, COMPONENT, AUTOCOMPLETE, MODAL = 2, 3, 4, 5


class Callback(IntEnum):
    """The ways to acknowledge an interaction."""

    SAY = 4
    DEFER = 5
    DEFER_UPDATE = 6
    UPDATE = 7
    CHOICES = 8
    ASK = 9


SECONDS_TO_ACKNOWLEDGE = 3
SECONDS_TO_FOLLOW_UP = 15 * 60
MOST_FOLLOWUPS_OUTSIDE = 5

_HOOK = "/webhooks/{webhook_id}/{webhook_token}"


@dataclass(slots=True, eq=False)
class Interaction:
    """What a person did, and what came of it so far; ``kind`` is the callback type, 0 before any.

    ``sent`` and ``answered`` are moments of ``time.perf_counter``, for those who measure.
    """

    id: str
    token: str
    type: int
    channel: Channel
    user: User
    created: float
    world: World
    source: Message | None = None
    kind: int = 0
    original: Message | None = None
    followups: list[Message] = field(default_factory=list)
    choices: list[dict[str, Any]] = field(default_factory=list)
    modal: dict[str, Any] | None = None
    sent: float = field(default_factory=time.perf_counter)
    answered: float = 0.0

    @property
    def outside(self) -> bool:
        """Whether the application is there only for this user, not for the guild."""
        return self.channel.guild is not None and not self.channel.guild.has_bot

    @property
    def owners(self) -> dict[str, str]:
        """Who installed the application: {"0": a guild} or {"1": a user}."""
        if self.outside:
            return {"1": self.user.id}
        return {"0": self.channel.guild.id if self.channel.guild else "0"}

    async def acknowledged(self) -> None:
        """Waits for the bot's first sign."""
        await self.world.until(lambda: self.kind)

    async def reply(self) -> Message:
        """Waits for the first answer that says something, and gives it."""
        return await self.world.until(lambda: self.original if self.original and not self.original.loading else None)

    async def followup(self, number: int = 1) -> Message:
        """Waits for the follow-up message of that number, counted from 1."""
        await self.world.until(lambda: len(self.followups) >= number)
        return self.followups[number - 1]


class Interactions:
    """The handlers of what a bot does with an interaction's token."""

    def __init__(self, world: World) -> None:
        self.by_token: dict[str, Interaction] = {}
        self._world = world

    def routes(self) -> list[Route]:
        routes: list[Route] = [
            ("POST", "/interactions/{interaction_id}/{interaction_token}/callback", self._callback),
            ("POST", _HOOK, self._follow_up),
        ]
        for name in ("@original", "{message_id}"):
            path = f"{_HOOK}/messages/{name}"
            routes += [("GET", path, self._get), ("PATCH", path, self._edit), ("DELETE", path, self._delete)]
        return routes

    async def _callback(self, call: Call) -> Answer:
        interaction = self.by_token.get(call.path["interaction_token"])
        if interaction is None or interaction.id != call.path["interaction_id"]:
            raise errors.unknown_interaction()
        interaction.answered = interaction.answered or time.perf_counter()
        if interaction.kind:
            raise errors.already_acknowledged()
        if self._world.clock.now - interaction.created > SECONDS_TO_ACKNOWLEDGE:
            raise errors.unknown_interaction()
        kind, data = call.body["type"], call.body.get("data") or {}
        self._answer(interaction, kind, data, call)
        interaction.kind = kind
        self._world.changed()
        if call.query.get("with_response", "").lower() not in ("1", "true"):
            return Answer()
        return Answer(self._callback_response(interaction))

    def _answer(self, interaction: Interaction, kind: int, data: dict[str, Any], call: Call) -> None:
        match kind:
            case Callback.SAY:
                interaction.original = self._say(interaction, data, call, (data.get("flags") or 0) & EPHEMERAL)
            case Callback.DEFER:
                message = self._new(interaction, (data.get("flags") or 0) & EPHEMERAL)
                message.flags |= LOADING
                interaction.original = message
                self._world.publish(message)
            case Callback.DEFER_UPDATE:
                interaction.original = interaction.source
            case Callback.UPDATE:
                interaction.original = interaction.source
                assert interaction.source is not None
                self._change(interaction.source, data, call)
            case Callback.CHOICES:
                interaction.choices = data.get("choices") or []
            case Callback.ASK:
                interaction.modal = data

    def _callback_response(self, interaction: Interaction) -> dict[str, Any]:
        about: dict[str, Any] = {"id": interaction.id, "type": interaction.type}
        about |= {"channel_id": interaction.channel.id}
        if interaction.kind in (Callback.CHOICES, Callback.ASK):
            return {"interaction": about}
        assert interaction.original is not None
        message = interaction.original
        about |= {"response_message_id": message.id, "response_message_loading": message.loading}
        about["response_message_ephemeral"] = message.ephemeral
        if interaction.kind == Callback.DEFER_UPDATE:
            return {"interaction": about}
        kind = Callback.UPDATE if interaction.kind == Callback.UPDATE else Callback.SAY
        return {"interaction": about, "resource": {"type": kind, "message": self._looks(message)}}

    async def _follow_up(self, call: Call) -> Answer:
        interaction = self._find(call)
        original = interaction.original
        if interaction.kind == Callback.DEFER and original is not None and original.loading:
            self._change(original, call.body, call)
            return Answer(self._looks(original))
        if interaction.outside and len(interaction.followups) >= MOST_FOLLOWUPS_OUTSIDE:
            raise errors.too_many_followups()
        message = self._say(interaction, call.body, call, (call.body.get("flags") or 0) & EPHEMERAL)
        interaction.followups.append(message)
        self._world.changed()
        return Answer(self._looks(message))

    async def _get(self, call: Call) -> Answer:
        return Answer(self._looks(self._find_message(call)))

    async def _edit(self, call: Call) -> Answer:
        message = self._find_message(call)
        self._change(message, call.body, call)
        return Answer(self._looks(message))

    async def _delete(self, call: Call) -> Answer:
        self._world.remove(self._find_message(call))
        return Answer()

    def _find(self, call: Call) -> Interaction:
        interaction = self.by_token.get(call.path["webhook_token"])
        if interaction is None or call.path["webhook_id"] != self._world.bot.id or not interaction.kind:
            raise errors.unknown_webhook()
        if self._world.clock.now - interaction.created > SECONDS_TO_FOLLOW_UP:
            raise errors.invalid_webhook_token()
        return interaction

    def _find_message(self, call: Call) -> Message:
        interaction = self._find(call)
        mine = [message for message in (interaction.original, *interaction.followups) if message is not None]
        number = call.path.get("message_id")
        for message in mine if number else [interaction.original]:
            if message is not None and not message.deleted and number in (None, message.id):
                return message
        raise errors.unknown_message()

    def _new(self, interaction: Interaction, flags: int) -> Message:
        message = self._world.message(interaction.channel, self._world.bot)
        guild = interaction.channel.guild
        forced = interaction.outside and guild is not None and not guild.allows_external_apps
        message.flags = EPHEMERAL if forced else flags
        message.webhook = True
        message.shown_to = interaction.user
        message.type = 20 if interaction.type == COMMAND else 0
        message.metadata = {
            "id": interaction.id,
            "type": interaction.type,
            "user": payloads.user(interaction.user),
            "authorizing_integration_owners": interaction.owners,
        }
        if interaction.type == COMPONENT and interaction.source is not None:
            message.metadata["interacted_message_id"] = interaction.source.id
        if interaction.type == MODAL:
            message.metadata["triggering_interaction_metadata"] = {**message.metadata, "type": COMMAND}
        return message

    def _say(self, interaction: Interaction, body: dict[str, Any], call: Call, flags: int) -> Message:
        message = self._new(interaction, flags)
        write(self._world, message, body, call.files)
        self._world.publish(message)
        return message

    def _change(self, message: Message, body: dict[str, Any], call: Call) -> None:
        was_loading = message.loading
        write(self._world, message, body, call.files)
        if not was_loading:
            message.edited = self._world.clock.stamp()
        self._world.republish(message)

    def _looks(self, message: Message) -> dict[str, Any]:
        return payloads.message(message, self._world.bot)
