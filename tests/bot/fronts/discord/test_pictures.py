"""Pictures in a channel: for the eyes of the one who asks, with what they show in words; the words alone without."""

from __future__ import annotations

from bot.press import Press, Verb
from tests.bot.fronts.discord.test_front import answered
from tests.conversations.discord import DiscordChat, text_of, walk
from tests.conversations.table import SONGS
from tests.conversations.world import World
from tests.fakes.discord import Message

TASTE = "Median of 3 songs: 118 BPM"
WHY = "Sounds like your A seed. Agrees: Tempo, 118 BPM → 119 BPM. Differs: Loudness, -9 LUFS → -20 LUFS."


def why(message: Message) -> str:
    """The button under a pick that asks why it was shown."""
    presses = [(item["custom_id"], Press.parse(item["custom_id"])) for item in walk(message.components)
               if item.get("custom_id")]  # fmt: skip
    return next(name for name, press in presses if press and press.verb is Verb.WHY)


async def test_a_taste_is_seen_and_read(ada: DiscordChat, behind: World) -> None:
    await behind.hand.has_heard(await behind.store.listeners.find("discord", ada.person.id))
    reply = await (await ada.person.command(ada.channel, "taste")).reply()
    assert reply.ephemeral and text_of(reply).startswith(TASTE)
    (picture,) = reply.attachments
    assert picture["filename"] == "taste.png" and picture["description"].startswith(TASTE)
    assert reply.files[picture["id"]].startswith(b"\x89PNG")


async def test_anybody_who_sees_a_pick_may_ask_why(ada: DiscordChat, behind: World) -> None:
    message, *_ = await answered(ada, behind, *SONGS)
    ben = ada.server.person("Ben")
    for person in (ben, ada.person):
        reply = await (await person.press(message, why(message))).reply()
        assert reply.ephemeral and text_of(reply) == WHY
        assert reply.attachments[0]["description"] == WHY
    assert len(behind.queue.painted) == 1, "both see the same picture"


async def test_without_a_worker_the_words_come_alone(ada: DiscordChat, behind: World) -> None:
    message, *_ = await answered(ada, behind, *SONGS)
    behind.queue.away = "refused"
    reply = await (await ada.person.press(message, why(message))).reply()
    assert text_of(reply) == WHY and not reply.attachments
