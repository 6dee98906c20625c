"""In groups: what is answered and what is not, whose rating counts, and what several people do together."""

from __future__ import annotations

import pytest

from bot.cards import JobCard
from bot.fronts.telegram.jobs import _worth
from core.model import Post, PostKind, Server, State
from tests.bot.fronts.telegram.talking import answered, in_chat, last, rated, says, stored, text, until
from tests.conversations.table import LINK, SONGS
from tests.conversations.telegram import TelegramChat, presses, text_of
from tests.conversations.world import World
from tests.fakes.telegram import Person


@pytest.fixture
def ben(ada: TelegramChat) -> Person:
    return ada.server.person("Ben")


@pytest.fixture
def there(ada: TelegramChat, ben: Person) -> TelegramChat:
    """Ada in a group with Ben and the bot."""
    return in_chat(ada, ada.server.supergroup("Listeners", ada.person, ben))


# what is answered


@pytest.mark.parametrize(
    "words", [f"/recommend {LINK}", f"/recommend@yasr_bot {LINK}", f"@yasr_bot {LINK}", f"{LINK} @YASR_bot please"]
)
async def test_a_command_or_its_name_calls_the_bot(there: TelegramChat, behind: World, words: str) -> None:
    assert "Waiting in the queue" in await says(there, words)
    assert (await behind.hand.request()).source.value == LINK


async def test_what_is_not_meant_for_the_bot_is_left_alone(there: TelegramChat, behind: World) -> None:
    there.server.world.privacy = False
    for words in (LINK, "hello", f"/recommend@other_bot {LINK}", "@other_bot hello", "/unknown"):
        await there.person.says(there.chat, words)
    await says(there, "/help")
    assert not behind.queue.ids
    assert sum(message.author is there.server.bot for message in there.person.sees(there.chat)) == 1


async def test_the_bot_answers_a_link_that_is_replied_to(there: TelegramChat, behind: World, ben: Person) -> None:
    link = await ben.says(there.chat, f"summer! {LINK}")
    await says(there, "/recommend", reply_to=link)
    assert (await behind.hand.request()).source.value == LINK
    thanks = last(there)
    await there.person.says(there.chat, "thank you", reply_to=thanks)
    await says(there, "/help")
    assert len(behind.queue.ids) == 1


async def test_where_an_admin_wishes_shared_links_are_answered(there: TelegramChat, behind: World, ben: Person) -> None:
    there.server.promote(there.chat, there.person)
    await there.person.promotes_bot(there.chat)
    await there.person.says(there.chat, "/settings")
    await until(there, lambda: "Links that people share: off" in text(there))
    groups = next(one for one in there.person.sees(there.chat) if "yasr:house:links:on" in presses(one))
    refused = await (await ben.press(groups, "yasr:house:links:on")).answered()
    assert refused.text == "Only the admins of this group can change its settings."
    await (await there.person.press(groups, "yasr:house:links:on")).answered()
    await (await there.person.press(groups, "yasr:house:language:de")).answered()
    kept = await behind.talk.people.server("telegram", str(there.chat.id))
    assert kept == Server(links=True, language="de")
    await ben.says(there.chat, "https://example.com/no/music")
    await in_chat(there, there.chat, ben).said(ben.says(there.chat, f"look: {LINK}"))
    assert (await behind.hand.request()).source.value == LINK
    await behind.hand.answers(SONGS)
    await until(there, lambda: "3 Songs" in text(there))


async def test_an_answer_stays_in_its_topic(ada: TelegramChat, behind: World) -> None:
    chat = ada.server.supergroup("Forum", ada.person, topics=("Music", "Cats"))
    music = next(number for number, name in chat.topics.items() if name == "Music")
    there = in_chat(ada, chat)
    await there.said(there.person.says(chat, f"/recommend {LINK}", thread=music))
    await behind.hand.answers(SONGS)
    await until(there, lambda: "Done." in text(there))
    assert {message.thread for message in there.person.sees(chat)} == {music}


async def test_a_closed_group_gets_its_answer_to_the_asker(ada: TelegramChat, behind: World) -> None:
    there = in_chat(ada, ada.server.supergroup("Strict", ada.person))
    await there.asks(f"/recommend {LINK}")
    await there.person.kicks_bot(there.chat)
    await behind.hand.answers(SONGS)
    await until(ada, lambda: SONGS[0] in text(ada))
    assert SONGS[0] not in text(there)


async def test_a_group_that_becomes_a_supergroup_gets_its_answer_there(ada: TelegramChat, behind: World) -> None:
    there = in_chat(ada, ada.server.group("Friends", ada.person))
    await there.asks(f"/recommend {LINK}")
    new = await there.person.upgrades(there.chat)
    await behind.hand.answers(SONGS)
    await until(in_chat(ada, new), lambda: SONGS[0] in text(in_chat(ada, new)))
    await says(in_chat(ada, new), f"/recommend {LINK}")


async def test_the_same_while_the_bot_was_not_told(ada: TelegramChat, behind: World) -> None:
    there = in_chat(ada, ada.server.group("Friends", ada.person))
    await there.asks(f"/recommend {LINK}")
    held = ada.server.hold("getUpdates")
    new = await there.person.upgrades(there.chat)
    await behind.hand.answers(SONGS)
    await until(in_chat(ada, new), lambda: SONGS[0] in text(in_chat(ada, new)))
    held.release()
    assert (await behind.hand.request()).address.place == f"{new.id}/0"


@pytest.mark.parametrize(("place", "edits"), [("-7/0", [0, 10, 20, 30, 40]), ("7", [*range(41)])])
def test_progress_is_shown_by_quarters_where_others_read_too(place: str, edits: list[int]) -> None:
    post, before, shown = Post(place, "1", "r", PostKind.JOB), None, []
    for done in range(41):
        now = JobCard("r", "t", State.WORKING, "listening", done, 40, "", "")
        if _worth(before, now, post):
            shown.append(done)
            before = now
    assert shown == edits


# ratings


async def test_everybody_rates_for_themselves_and_the_mark_is_the_askers(
    there: TelegramChat, behind: World, ben: Person
) -> None:
    await answered(there, behind, f"/recommend {LINK}")
    pick = there.pick("First Light")
    assert (await (await ben.press(pick, pick.buttons["3"])).answered()).text == "Saved: 3 of 10."
    assert "3" in pick.buttons
    await (await there.person.press(pick, pick.buttons["9"])).answered()
    await until(there, lambda: "✓ 9" in pick.buttons)
    assert (await (await ben.press(pick, pick.buttons["✓ 9"])).answered()).text == "Saved: 9 of 10."
    assert await rated(behind, ben) == [9]
    assert await rated(behind, there.person) == [9]


async def test_reactions_count_where_the_bot_is_admin_and_anonymous_ones_never(
    there: TelegramChat, behind: World, ben: Person
) -> None:
    await answered(there, behind, f"/recommend {LINK}")
    pick = there.pick("First Light")
    await ben.react(pick, "🔥")
    await there.person.promotes_bot(there.chat)
    there.server.promote(there.chat, there.person)
    await there.person.react(pick, "💩", anonymous=True)
    await ben.react(pick, "💯")
    await stored(lambda: rated(behind, ben))
    assert await rated(behind, ben) == [10]
    assert await rated(behind, there.person) == []


# several people


async def test_a_blend_is_for_those_who_say_yes(there: TelegramChat, behind: World, ben: Person) -> None:
    cat = there.server.person("Cat")
    there.chat.members[cat.id] = "member"
    asked = await there.said(there.person.says(there.chat, "/blend"))
    assert "Ada: takes part" in asked.text
    start, join, leave = (asked.buttons[name] for name in ("Start", "I take part", "Not me"))
    await (await cat.press(asked, leave)).answered()
    await (await ben.press(asked, join)).answered()
    await until(there, lambda: "Ben: takes part" in asked.text)
    assert "Cat" not in asked.text
    await there.said(there.person.press(asked, start))
    request = await behind.hand.request()
    blend = await behind.talk.blends.get(request.source.value)
    handles = [(await behind.talk.people.of(member)).handle for member in blend.agreed]
    assert handles == [str(there.person.id), str(ben.id)]


async def test_a_taste_is_compared_with_one_who_has_opened_theirs(
    there: TelegramChat, behind: World, ben: Person
) -> None:
    message = await ben.says(there.chat, "hello all")
    assert "Ben has not opened their taste to others." in await says(there, "/compare", reply_to=message)
    await behind.talk.people.set(await behind.store.listeners.find("telegram", str(ben.id)), compare=True)
    assert "I do not know your taste yet." in await says(there, "/compare", reply_to=message)


# private matters


async def test_a_private_listener_gets_the_answer_in_private(
    ada: TelegramChat, there: TelegramChat, behind: World
) -> None:
    listener = await behind.store.listeners.find("telegram", str(ada.person.id))
    await behind.talk.people.set(listener, private=True)
    await ada.said(there.person.says(there.chat, f"/recommend {LINK}"))
    await behind.hand.answers(SONGS)
    await until(ada, lambda: SONGS[0] in text(ada))
    assert SONGS[0] not in text(there)


async def test_one_whom_the_bot_may_not_write_to_is_asked_to_open_the_door(
    there: TelegramChat, behind: World, ben: Person
) -> None:
    bens = in_chat(there, there.chat, ben)
    await behind.talk.people.set(await behind.store.listeners.find("telegram", str(ben.id)), private=True)
    asked = await bens.said(ben.says(there.chat, f"/recommend {LINK}"))
    assert "before you have opened our private chat" in text_of(asked)
    await behind.hand.answers(SONGS)
    await there.settle()
    home = in_chat(there, ben.private, ben)
    payload = asked.buttons["Open it"].partition("?start=")[2]
    await home.said(ben.starts(payload))
    await until(home, lambda: SONGS[0] in text(home))


async def test_the_history_is_for_ones_own_eyes(ada: TelegramChat, there: TelegramChat, behind: World) -> None:
    await answered(there, behind, f"/recommend {LINK}")
    await ada.said(there.person.says(there.chat, "/history"))
    assert "What you asked for, the latest first:" in last(ada).text
