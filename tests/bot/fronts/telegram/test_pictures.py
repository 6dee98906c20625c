"""Pictures in Telegram: for the eyes of the one who asks, with what they show in words; the words alone without."""

from __future__ import annotations

from bot.press import Press, Verb
from tests.bot.fronts.telegram.talking import answered, in_chat, last, says
from tests.conversations.table import LINK, SONGS
from tests.conversations.telegram import TelegramChat, presses, text_of
from tests.conversations.world import World
from tests.fakes.telegram import Message

TASTE = "Median of 3 songs: 118 BPM"
WHY = "Sounds like your A seed. Agrees: Tempo, 118 BPM → 119 BPM. Differs: Loudness, -9 LUFS → -20 LUFS."


def why(message: Message) -> str:
    """The button under a pick that asks why it was shown."""
    found = ((data, Press.parse(data)) for data in presses(message))
    return next(data for data, press in found if press and press.verb is Verb.WHY)


async def test_a_taste_is_seen_and_read(ada: TelegramChat, behind: World) -> None:
    await behind.hand.has_heard(await behind.store.listeners.find("telegram", str(ada.person.id)))
    assert (await says(ada, "/taste")).startswith(TASTE)
    assert last(ada).media and last(ada).media.kind == "photo"


async def test_why_is_answered_in_private(ada: TelegramChat, behind: World) -> None:
    await says(ada, "/help")  # their private chat is open
    ben = ada.server.person("Ben")
    there = in_chat(ada, ada.server.supergroup("Listeners", ada.person, ben))
    await answered(there, behind, f"/recommend {LINK}")
    message = there.pick(SONGS[0])
    told = await ada.said(ada.person.press(message, why(message)))
    assert text_of(told) == WHY and told.media
    assert "Agrees" not in str([text_of(shown) for shown in ben.sees(there.chat)])


async def test_without_a_worker_the_words_come_alone(ada: TelegramChat, behind: World) -> None:
    await answered(ada, behind)
    behind.queue.away = "refused"
    message = ada.pick(SONGS[0])
    told = await ada.said(ada.person.press(message, why(message)))
    assert text_of(told).replace("\n", " ") == WHY and not told.media
