"""In a private chat: what can be given, what the commands say, ratings by buttons and reactions."""

from __future__ import annotations

import json

import pytest
from telegram import Update

from bot.fronts.telegram import menus
from core.errors import ServiceDown
from core.model import Account, SourceKind
from core.said import said
from tests.bot.fronts.telegram.talking import answered, last, rated, says, stored, text, until
from tests.conversations.table import LINK
from tests.conversations.telegram import TelegramChat, presses, text_of
from tests.conversations.world import World

# what can be given


async def test_who_starts_the_bot_is_told_how_and_can_try(ada: TelegramChat, behind: World) -> None:
    welcome = last(ada)
    assert "I find songs by new, little-known artists" in text_of(welcome)
    await ada.said(ada.person.press(welcome, "yasr:sample:playlist"))
    assert (await behind.hand.request()).source.kind is SourceKind.SAMPLE


@pytest.mark.parametrize("words", [LINK, f"listen to {LINK} !", f"/recommend {LINK}", f"/recommend@yasr_bot {LINK}"])
async def test_a_link_is_found_wherever_it_stands(ada: TelegramChat, behind: World, words: str) -> None:
    assert "Waiting in the queue" in await says(ada, words)
    assert (await behind.hand.request()).source.value == LINK


async def test_the_answer_replies_to_the_question(ada: TelegramChat, behind: World) -> None:
    await answered(ada, behind)
    question, progress, head, *picks = ada.person.sees(ada.chat)[2:]
    assert (question.text, progress.reply_to, head.reply_to) == (LINK, question, question)
    assert "3 songs like" in head.text
    assert "Done." in progress.text
    assert not progress.keyboard
    assert [text_of(pick)[0] for pick in picks] == ["1", "2", "3"]


async def test_every_option_counts(ada: TelegramChat, behind: World) -> None:
    await says(ada, f"/recommend {LINK} count=3 audience=tiny fresh=4")
    options = (await behind.hand.request()).options
    assert (options.count, options.wildcards, options.audience, options.weeks) == (3, 3, "tiny", 4)
    assert "1 to 5" in await says(ada, f"/recommend {LINK} count=9")
    assert "numbers" in await says(ada, f"/recommend {LINK} count=many")
    assert "Choose one of" in await says(ada, f"/recommend {LINK} audience=huge")


@pytest.mark.parametrize(
    ("words", "moods"),
    [
        (f"/recommend {LINK} mood=slower,sad", ("slower", "sad")),
        (f"/recommend {LINK} slower instrumental", ("slower", "instrumental")),
        (f"/recommend {LINK} langsamer count=2", ("slower",)),
        (f"{LINK} like this but sad", ("sad",)),
        (f"/recommend Listen to Happy by Pharrell on Deezer {LINK}", ()),
        (LINK, ()),
    ],
)
async def test_moods_stand_beside_a_link(ada: TelegramChat, behind: World, words: str, moods: tuple[str, ...]) -> None:
    await says(ada, words)
    request = await behind.hand.request()
    assert (request.source.value, request.options.moods) == (LINK, moods)


async def test_again_but_with_other_moods(ada: TelegramChat, behind: World) -> None:
    assert "Tell me what you like" in await says(ada, "/more slower")
    await says(ada, f"/recommend {LINK} happy count=2")
    for words, moods in [("/more", ("happy",)), ("/more slower", ("slower",)), ("like this but sad", ("sad",))]:
        await says(ada, words)
        request = await behind.hand.request()
        assert (request.source.value, request.options.count, request.options.moods) == (LINK, 2, moods)


async def test_moods_that_cannot_be(ada: TelegramChat, behind: World) -> None:
    assert "There is no mood called “gloomy”" in await says(ada, f"/recommend {LINK} mood=gloomy")
    assert "There is no mood called “gloomy”" in await says(ada, "/more gloomy")
    assert "no song is slower and faster at once" in await says(ada, f"{LINK} slower and faster")
    assert not behind.queue.ids


async def test_with_an_account_nothing_need_be_given(ada: TelegramChat, behind: World) -> None:
    assert "Tell me what you like" in await says(ada, "/recommend")
    listener = await behind.store.listeners.find("telegram", str(ada.person.id))
    await behind.store.accounts.link(listener, Account("listenbrainz", "rob", "https://listenbrainz.org/user/rob/"))
    await says(ada, "/recommend")
    assert (await behind.hand.request()).source.value == "https://listenbrainz.org/user/rob/"
    assert "Forgotten." in await says(ada, "/unlink")
    assert "No account" in await says(ada, "/unlink listenbrainz")


async def test_a_list_as_a_file(ada: TelegramChat, behind: World) -> None:
    await ada.said(ada.person.sends(ada.chat, "document", b"Low - Lullaby\nLow - Sunflower\n", name="mine.txt"))
    request = await behind.hand.request()
    assert request.source.playlist is not None
    assert [str(track) for track in request.source.playlist.tracks] == ["Low – Lullaby", "Low – Sunflower"]


async def test_a_sound_file(ada: TelegramChat, behind: World) -> None:
    await ada.said(ada.person.sends(ada.chat, "audio", b"no matter what", name="song.mp3", mime="audio/mpeg"))
    assert (await behind.hand.request()).source.kind is SourceKind.FOLDER


async def test_a_file_that_telegram_does_not_hand_out_is_refused(ada: TelegramChat, behind: World) -> None:
    sent = await ada.said(ada.person.sends(ada.chat, "document", b"x" * 20_000_001, name="all.csv"))
    assert "all.csv is larger than I take (20 MB)" in sent.text
    assert not behind.queue.ids


async def test_a_forwarded_message_is_read(ada: TelegramChat, behind: World) -> None:
    ben = ada.server.person("Ben")
    group = ada.server.group("Friends", ada.person, ben, bot=None)
    message = await ben.says(group, f"my summer: {LINK}")
    await ada.said(ada.person.forwards(message, ada.chat))
    assert (await behind.hand.request()).source.value == LINK


async def test_what_was_said_to_others_is_no_wish(ada: TelegramChat, behind: World) -> None:
    ben = ada.server.person("Ben")
    group = ada.server.group("Friends", ada.person, ben, bot=None)
    await ada.said(ada.person.forwards(await ben.says(group, f"sad: {LINK}"), ada.chat))
    assert (await behind.hand.request()).options.moods == ()


async def test_a_link_in_the_message_that_is_replied_to(ada: TelegramChat, behind: World) -> None:
    first = await ada.person.says(ada.chat, f"not now: {LINK}")
    await until(ada, lambda: "Waiting in the queue" in text(ada))
    await ada.said(ada.person.says(ada.chat, "/recommend count=2", reply_to=first))
    request = await behind.hand.request()
    assert (request.source.value, request.options.count) == (LINK, 2)


async def test_what_is_delivered_twice_is_answered_once(ada: TelegramChat, behind: World) -> None:
    question = (await ada.said(ada.person.says(ada.chat, LINK))).reply_to
    assert question is not None
    again = {
        "message_id": question.id, "date": question.date, "text": LINK, "chat": {"id": ada.chat.id, "type": "private"},
        "from": {"id": ada.person.id, "is_bot": False, "first_name": "Ada", "language_code": "en"},
    }  # fmt: skip
    before = len(ada.person.sees(ada.chat))
    await ada.front.ears.hear(Update.de_json({"update_id": 1, "message": again}, ada.front.bot))
    await says(ada, "/help")
    assert len(set(behind.queue.ids)) == 1
    assert len(ada.person.sees(ada.chat)) == before + 2


# what the commands say


@pytest.mark.parametrize(
    ("command", "expected"),
    [
        ("/help", "Send me the link of a playlist"),
        ("/stats", "The catalogue is still empty."),
        ("/setup", "Here I can do everything."),
        ("/history", "You have asked for nothing yet."),
        ("/more", "Tell me what you like"),
        ("/taste", "I do not know your taste yet."),
        ("/blend", "a blend needs somebody beside you"),
        ("/compare", "Reply with /compare to somebody's message."),
        ("/submit", "to offer a song, I need its link"),
        ("/link", "Write /link with a service and your name there"),
        ("/link nothing rob", "There is no service called “nothing”."),
        ("/mydata", "What I keep about you."),
        ("/settings", "New means: within"),
        ("/nonsense", "I found no songs"),
    ],
)
async def test_what_a_command_says(ada: TelegramChat, command: str, expected: str) -> None:
    assert expected in await says(ada, command)


async def test_the_menu_is_told_in_every_language_and_only_once(ada: TelegramChat, behind: World) -> None:
    def told() -> int:
        return sum(method == "setMyCommands" for method, _ in ada.server.requests)

    await until(ada, lambda: told() == 6)
    await stored(lambda: behind.talk.people.told("telegram menus"))
    await menus.tell(ada.front.bot, behind.talk)
    assert told() == 6


async def test_more_comes_from_what_was_given_last(ada: TelegramChat, behind: World) -> None:
    await answered(ada, behind)
    await says(ada, "/more")
    assert (await behind.hand.request()).source.value == LINK


async def test_an_answer_can_be_seen_and_rated_again(ada: TelegramChat, behind: World) -> None:
    await answered(ada, behind)
    overview = await ada.said(ada.person.says(ada.chat, "/history"))
    again = await ada.said(ada.person.press(overview, presses(overview)[0]))
    assert "2. Newcomer of Second Wind – Second Wind" in again.text
    song = await ada.said(ada.person.press(again, presses(again)[1]))
    eight = next(data for data in presses(song) if data.endswith(":8"))
    await (await ada.person.press(song, eight)).answered()
    assert await rated(behind, ada.person) == [8]


async def test_what_is_kept_can_be_taken_away_and_erased(ada: TelegramChat, behind: World) -> None:
    await answered(ada, behind)
    shown = await ada.said(ada.person.says(ada.chat, "/mydata"))
    assert "requests: 1" in shown.text
    file = await ada.said(ada.person.press(shown, "yasr:export:me"))
    assert file.media is not None
    assert json.loads(file.media.data or b"")["requests"][0]["source"]["value"] == LINK
    sure = await ada.said(ada.person.press(shown, "yasr:forget:me"))
    assert len(behind.queue.ids) == 1
    gone = await ada.said(ada.person.press(sure, "yasr:forget:me:sure"))
    assert "Everything about you is erased." in gone.text
    assert await behind.store.requests.get(behind.queue.ids[0]) is None


async def test_settings_are_buttons(ada: TelegramChat, behind: World) -> None:
    shown = await ada.said(ada.person.says(ada.chat, "/settings"))
    for data in ("yasr:set:audience:tiny", "yasr:set:fresh:4", "yasr:set:compare:on", "yasr:set:language:fr"):
        assert (await (await ada.person.press(shown, data)).answered()).text in ("Done.", "C’est prêt.")
    listener = await behind.store.listeners.find("telegram", str(ada.person.id))
    kept = await behind.store.listeners.preferences(listener)
    assert (kept.audience, kept.weeks, kept.compare, kept.language) == ("tiny", 4, True, "fr")
    await until(ada, lambda: "✓ Français" in shown.buttons and "✓ tiny" in shown.buttons)
    assert "Dans la file d’attente" in await says(ada, LINK)
    await (await ada.person.press(shown, "yasr:set:language:auto")).answered()
    assert "Waiting in the queue" in await says(ada, LINK)


# ratings


async def test_a_rating_is_marked_and_pressed_again_taken_back(ada: TelegramChat, behind: World) -> None:
    await answered(ada, behind)
    pick = ada.pick("First Light")
    toast = await (await ada.person.press(pick, next(data for data in presses(pick) if data.endswith(":8")))).answered()
    assert toast.text == "Saved: 8 of 10."
    await until(ada, lambda: "✓ 8" in pick.buttons)
    back = await (await ada.person.press(pick, pick.buttons["✓ 8"])).answered()
    assert back.text == "Your rating is taken back."
    await until(ada, lambda: "8" in pick.buttons)
    assert await rated(behind, ada.person) == []


async def test_a_press_that_telegram_has_forgotten_counts_all_the_same(ada: TelegramChat, behind: World) -> None:
    await answered(ada, behind)
    pick = ada.pick("First Light")
    held = ada.server.hold("getUpdates")
    await ada.person.press(pick, next(data for data in presses(pick) if data.endswith(":3")))
    ada.server.clock.advance(16)
    held.release()
    await stored(lambda: rated(behind, ada.person))
    await until(ada, lambda: "✓ 3" in pick.buttons)


@pytest.mark.parametrize(("emoji", "value"), [("❤", 9), ("🔥", 8), ("👎", 2), ("💩", 0), ("👨‍💻", 6)])
async def test_a_reaction_is_a_rating(ada: TelegramChat, behind: World, emoji: str, value: int) -> None:
    await answered(ada, behind)
    pick = ada.pick("Second Wind")
    await ada.person.react(pick, emoji)
    await stored(lambda: rated(behind, ada.person))
    assert await rated(behind, ada.person) == [value]
    await until(ada, lambda: f"✓ {value}" in pick.buttons)


async def test_a_reaction_that_is_withdrawn_takes_its_rating_back_and_no_later_one(
    ada: TelegramChat, behind: World
) -> None:
    await answered(ada, behind)
    pick, other = ada.pick("First Light"), ada.pick("Second Wind")
    await ada.person.react(pick, "🔥")
    await until(ada, lambda: "✓ 8" in pick.buttons)
    await ada.person.react(pick)
    await until(ada, lambda: "8" in pick.buttons)
    assert await rated(behind, ada.person) == []
    await ada.person.react(other, "🔥")
    await until(ada, lambda: "✓ 8" in other.buttons)
    await ada._rate("Second Wind", 4)
    await ada.person.react(other)
    await says(ada, "/help")
    assert await rated(behind, ada.person) == [4]


# what else a pick can do


async def test_what_else_the_buttons_do(ada: TelegramChat, behind: World) -> None:
    await answered(ada, behind)
    pick = ada.pick("First Light")
    never = await (await ada.person.press(pick, pick.buttons["Not this artist"])).answered()
    assert never.text == "You will not see Newcomer of First Light again."
    where = await ada.said(ada.person.press(pick, pick.buttons["Where else?"]))
    assert "Deezer: www.deezer.com" in where.text
    await ada.said(ada.person.press(pick, pick.buttons["More like this"]))
    assert (await behind.hand.request()).title == "Newcomer of First Light – First Light"
    head = next(message for message in ada.person.sees(ada.chat) if "Less famous" in message.buttons)
    await ada.said(ada.person.press(head, head.buttons["Less famous"]))
    assert (await behind.hand.request()).options.audience == "tiny"


async def test_a_press_on_what_is_gone_says_so(ada: TelegramChat, behind: World) -> None:
    await answered(ada, behind)
    pick = ada.pick("First Light")
    await behind.talk.commands.forget(await behind.store.listeners.find("telegram", str(ada.person.id)))
    toast = await (await ada.person.press(pick, pick.buttons["8"])).answered()
    assert "no longer exists" in toast.text
    assert toast.alert


async def test_too_many_requests_are_refused_with_a_reason(ada: TelegramChat, behind: World) -> None:
    for number in range(5):
        await says(ada, f"https://www.deezer.com/playlist/{number + 1}")
    assert "I am still working on 5 requests of yours." in await says(ada, LINK)


async def test_a_service_that_lets_us_wait_is_said_with_the_time(ada: TelegramChat, behind: World) -> None:
    await ada.asks(LINK)
    number = behind.queue.ids[-1]
    await behind.store.requests.claim(number, "hand", 3600)
    trouble = ServiceDown(service="Deezer")
    assert await behind.store.requests.postpone(number, "hand", trouble, 600, said("Your request is saved."))
    await until(ada, lambda: "I go on" in text(ada) and "UTC" in text(ada))
