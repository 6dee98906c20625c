"""What only Discord has: forms, menus, reactions, shared links, permissions, and the places an answer can go."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable
from datetime import timedelta
from pathlib import Path

import pytest

from bot.press import Press, Verb
from core import verdicts
from core.errors import NoSoundForSeeds
from core.model import Account, State
from core.moods import MOODS
from core.store.store import utc_now
from tests.conversations.discord import DiscordChat, chat, connected, text_of
from tests.conversations.table import LINK, SONGS, eventually
from tests.conversations.world import World
from tests.fakes.discord import Discord, Interaction, Message, Person, errors
from tests.fakes.discord.state import walk


async def says(ada: DiscordChat, name: str, **options: object) -> str:
    """A command's answer, as the person reads it."""
    interaction = await ada.person.command(ada.channel, name, **options)
    return text_of(await interaction.reply())


async def answered(ada: DiscordChat, behind: World, *titles: str) -> list[Message]:
    """Asks and is answered; the messages of the picks."""
    await ada.asks(LINK)
    await behind.hand.answers(titles or SONGS)
    await until(ada, lambda: all(_pick(ada, title) for title in titles or SONGS))
    return [found for title in titles or SONGS if (found := _pick(ada, title))]


def _pick(ada: DiscordChat, title: str) -> Message | None:
    shown = [message for message in ada.person.sees(ada.channel) if title in text_of(message)]
    return next((message for message in shown if any(item["type"] == 3 for item in walk(message.components))), None)


async def until(ada: DiscordChat, true: Callable[[], object]) -> None:
    async def holds() -> None:
        await ada.settle()
        assert true()

    await eventually(holds)


async def stored(holds: Callable[[], Awaitable[bool]]) -> None:
    async def true() -> None:
        assert await holds()

    await eventually(true)


async def rated(behind: World, person: Person) -> dict[int, int]:
    """The person's ratings by recording."""
    listener = await behind.store.listeners.find("discord", person.id)
    return {verdict.recording_id: verdict.value for verdict in await behind.store.listeners.verdicts(listener)}


# first use


async def test_one_who_gives_nothing_is_told_what_to_give_and_may_paste(ada: DiscordChat, behind: World) -> None:
    asked = await ada.person.command(ada.channel, "recommend")
    offer = await asked.reply()
    assert offer.ephemeral
    assert "Tell me what you like" in text_of(offer)
    form = await ada.person.press(offer, str(Press(Verb.PASTE, "songs")))
    sent = await ada.person.submit(form, songs="Low – Lullaby\nLow – Sunflower")
    assert "Waiting in the queue" in text_of(await sent.reply())
    request = await behind.hand.request()
    assert request.source.playlist is not None
    assert [str(track) for track in request.source.playlist.tracks] == ["Low – Lullaby", "Low – Sunflower"]


async def test_the_sample_is_one_press_away(ada: DiscordChat, behind: World) -> None:
    offer = await (await ada.person.command(ada.channel, "recommend")).reply()
    await (await ada.person.press(offer, str(Press(Verb.SAMPLE, "playlist")))).reply()
    assert (await behind.hand.request()).title == "The sample playlist"


async def test_every_option_counts(ada: DiscordChat, behind: World) -> None:
    await says(ada, "recommend", link=LINK, model="nearest", count=3, audience="tiny", fresh=4, mood="Slower, sad")
    options = (await behind.hand.request()).options
    assert (options.model, options.count, options.wildcards, options.audience, options.weeks, options.moods) == (
        "nearest", 3, 3, "tiny", 4, ("slower", "sad"),
    )  # fmt: skip
    assert "There is no mood called “gloomy”" in await says(ada, "recommend", link=LINK, mood="gloomy")
    assert "no song is sad and happy at once" in await says(ada, "recommend", link=LINK, mood="sad happy")


async def test_more_with_another_mood(ada: DiscordChat, behind: World) -> None:
    await says(ada, "recommend", link=LINK, count=3, mood="slower")
    await says(ada, "more", mood="instrumental")
    request = await behind.hand.request()
    assert (request.source.value, request.options.count, request.options.moods) == (LINK, 3, ("instrumental",))
    await says(ada, "more")
    assert (await behind.hand.request()).options.moods == ("instrumental",)


async def test_moods_are_offered_while_typing(ada: DiscordChat) -> None:
    choices = await ada.person.autocomplete(ada.channel, "recommend", focused="mood", mood="da")
    assert [choice["value"] for choice in choices] == ["darker", "danceable"]
    choices = await ada.person.autocomplete(ada.channel, "more", focused="mood", mood="sad, sl")
    assert [(choice["name"], choice["value"]) for choice in choices] == [("sad, slower", "sad, slower")]
    assert len(await ada.person.autocomplete(ada.channel, "more", focused="mood", mood="")) == len(MOODS) <= 25
    assert await ada.person.autocomplete(ada.channel, "more", focused="mood", mood="x" * 99) == []


async def test_moods_stand_beside_a_link_that_is_meant_for_the_bot(ada: DiscordChat, behind: World) -> None:
    await ada.asks(f"{LINK} but slower")
    request = await behind.hand.request()
    assert (request.source.value, request.options.moods) == (LINK, ("slower",))


async def test_with_an_account_nothing_need_be_given(ada: DiscordChat, behind: World) -> None:
    listener = await behind.store.listeners.find("discord", ada.person.id)
    await behind.store.accounts.link(listener, Account("listenbrainz", "rob", "https://listenbrainz.org/user/rob/"))
    await says(ada, "recommend")
    assert (await behind.hand.request()).source.value == "https://listenbrainz.org/user/rob/"


async def test_what_was_asked_is_offered_again_while_typing(ada: DiscordChat, behind: World) -> None:
    await ada.asks(LINK)
    await behind.store.requests.entitle(behind.queue.ids[-1], "Rainy days")
    choices = await ada.person.autocomplete(ada.channel, "recommend", focused="link", link="rain")
    assert [(choice["name"], choice["value"]) for choice in choices] == [("Rainy days", LINK)]
    assert await ada.person.autocomplete(ada.channel, "recommend", focused="link", link="sunny") == []


async def test_songs_can_be_taken_from_anybodys_message(ada: DiscordChat, behind: World) -> None:
    ben = ada.server.person("Ben")
    message = await ben.says(ada.channel, f"listen to {LINK} !")
    await (await ada.person.menu("Recommend from this", message)).reply()
    assert (await behind.hand.request()).source.value == LINK
    nothing = await (await ada.person.menu("Recommend from this", await ben.says(ada.channel, "hello"))).reply()
    assert "I found no songs" in text_of(nothing)


# what every command says


@pytest.mark.parametrize(
    ("command", "said"),
    [
        ("help", "I find songs by new, little-known artists"),
        ("stats", "The catalogue is still empty."),
        ("setup", "I have every permission that I need here."),
        ("history", "You have asked for nothing yet. Start with /recommend."),
        ("more", "Tell me what you like"),
        ("taste", "I do not know your taste yet."),
        ("settings me", "Audience: small"),
        ("settings server", "Only those who may manage this server"),
        ("mydata show", "No text of a message is ever kept."),
        ("mydata forget", "for good"),
        ("mydata export", "Everything I keep about you."),
    ],
)
async def test_a_command_is_answered_in_private(ada: DiscordChat, command: str, said: str) -> None:
    interaction = await ada.person.command(ada.channel, command)
    message = await interaction.reply()
    assert said in text_of(message)
    assert message.ephemeral


async def test_settings_are_kept_one_by_one(ada: DiscordChat) -> None:
    assert "Audience: tiny" in await says(ada, "settings me", audience="tiny")
    shown = await says(ada, "settings me", fresh=4, compare=True)
    assert "Audience: tiny" in shown
    assert "within 4 weeks" in shown
    assert "Others may compare their taste with mine: on" in shown
    assert "Sprache: de" in await says(ada, "settings me", language="de")


async def test_missing_permissions_are_named(ada: DiscordChat) -> None:
    ada.channel.deny("attach_files", "add_reactions")
    shown = await says(ada, "setup")
    assert "Missing permission: Attach Files" in shown
    assert "Missing permission: Add Reactions" in shown
    assert "YASR_DISCORD__MESSAGE_CONTENT" in shown


async def test_the_export_is_a_file_with_everything(ada: DiscordChat) -> None:
    await ada.asks(LINK)
    interaction = await ada.person.command(ada.channel, "mydata export")
    message = await interaction.reply()
    (document,) = message.files.values()
    assert json.loads(document)["requests"][0]["source"]["value"] == LINK


# ratings


@pytest.mark.parametrize("emoji", ["❤️", "👍🏽", "7️⃣", "🔟", "💩", "🔥"])
async def test_a_reaction_rates_and_its_removal_takes_it_back(ada: DiscordChat, behind: World, emoji: str) -> None:
    (message, *_) = await answered(ada, behind)
    await ada.person.react(message, emoji)
    await stored(lambda: _has(behind, ada.person, [verdicts.value_of(emoji)]))
    await until(ada, lambda: f"You rated it {verdicts.value_of(emoji)} of 10." in text_of(message))
    await ada.person.unreact(message, emoji)
    await stored(lambda: _has(behind, ada.person, []))
    await until(ada, lambda: "You rated it" not in text_of(message))


async def test_the_last_reaction_wins_and_only_it_can_be_taken_back(ada: DiscordChat, behind: World) -> None:
    (message, *_) = await answered(ada, behind)
    await ada.person.react(message, "👍")
    await stored(lambda: _has(behind, ada.person, [7]))
    await ada.person.react(message, "👎")
    await stored(lambda: _has(behind, ada.person, [2]))
    await ada.person.unreact(message, "👍")
    await ada.person.react(message, "🦄")  # not on the scale
    await ada.person.react(message, "😐")
    await stored(lambda: _has(behind, ada.person, [5]))


async def test_everybody_may_rate_and_only_the_askers_rating_is_shown(ada: DiscordChat, behind: World) -> None:
    (message, *_) = await answered(ada, behind)
    ben = ada.server.person("Ben")
    await ben.react(message, "🔥")
    await stored(lambda: _has(behind, ben, [8]))
    pressed = await ben.press(message, str(Press(Verb.RATE, _number(message), "10")))
    thanks = await pressed.reply()
    assert (thanks.ephemeral, text_of(thanks)) == (True, "Saved: 10 of 10.")
    assert await rated(behind, ada.person) == {}
    assert "You rated it" not in text_of(message)


async def test_a_rating_pressed_again_is_taken_back(ada: DiscordChat, behind: World) -> None:
    (message, *_) = await answered(ada, behind)
    button = str(Press(Verb.RATE, _number(message), "8"))
    await ada._done(await ada.person.press(message, button))
    await stored(lambda: _has(behind, ada.person, [8]))
    await ada._done(await ada.person.press(message, button))
    await stored(lambda: _has(behind, ada.person, []))


async def test_the_exact_rating(ada: DiscordChat, behind: World) -> None:
    (message, *_) = await answered(ada, behind)
    await ada._done(await ada.person.select(message, str(Press(Verb.EXACT, _number(message))), "4"))
    await stored(lambda: _has(behind, ada.person, [4]))


async def test_buttons_and_reactions_outlive_the_connection(behind: World) -> None:
    async with chat(behind, "en-GB") as ada:
        (message, *_) = await answered(ada, behind)
        await ada.front.stop()
        async with connected(behind, ada.server):
            await ada._done(await ada.person.press(message, str(Press(Verb.RATE, _number(message), "8"))))
            await stored(lambda: _has(behind, ada.person, [8]))
            await ada.person.react(message, "💩")
            await stored(lambda: _has(behind, ada.person, [0]))


def _number(message: Message) -> str:
    presses = [Press.parse(item.get("custom_id") or "") for item in walk(message.components)]
    return next(press.what for press in presses if press and press.verb is Verb.RATE)


async def _has(behind: World, person: Person, values: list[int]) -> bool:
    return sorted((await rated(behind, person)).values()) == values


# what else can be done with a pick


async def test_an_artist_can_be_barred_and_a_pick_be_gone_on_from(ada: DiscordChat, behind: World) -> None:
    (message, *_) = await answered(ada, behind)
    barred = await (await ada.person.press(message, str(Press(Verb.NEVER, _number(message))))).reply()
    assert text_of(barred) == "You will not see Newcomer of First Light again."
    listener = await behind.store.listeners.find("discord", ada.person.id)
    assert len(await behind.store.listeners.disliked_artists(listener)) == 1
    await (await ada.person.press(message, str(Press(Verb.LIKE, _number(message))))).reply()
    assert (await behind.hand.request()).title == "Newcomer of First Light – First Light"


async def test_less_famous(ada: DiscordChat, behind: World) -> None:
    await answered(ada, behind)
    await (await ada._press(Verb.LESSER)).reply()
    assert (await behind.hand.request()).options.audience == "tiny"


async def test_nobody_else_may_go_on_with_or_cancel_what_is_yours(ada: DiscordChat) -> None:
    await ada.asks(LINK)
    ben = DiscordChat(ada.server, ada.front, ada.server.person("Ben"), ada.channel, ada._world, ada._outbox)
    refused = await (await ben._press(Verb.CANCEL)).reply()
    assert (refused.ephemeral, text_of(refused)) == (True, "That is not yours, or it no longer exists.")


async def test_an_old_button_that_means_nothing_any_more_is_answered(ada: DiscordChat, behind: World) -> None:
    (message, *_) = await answered(ada, behind)
    button = next(item for item in walk(message.components) if item["type"] == 2)
    button["custom_id"] = "yasr:dance:1"
    pressed = await ada.person.press(message, "yasr:dance:1")
    assert "no longer exists" in text_of(await pressed.reply())


# together


async def test_a_blend_pings_the_invited_and_starts_with_their_yes(ada: DiscordChat, behind: World) -> None:
    ben, eve = ada.server.person("Ben"), ada.server.person("Eve")
    invited = await ada.person.command(ada.channel, "blend", one=ben.id)
    message = await invited.reply()
    assert [user.id for user in message.mentions] == [ben.id]
    blend = next(press.what for press in _presses(message) if press.verb is Verb.JOIN)
    assert "nobody has agreed" in text_of(await (await ada.person.press(message, f"yasr:start:{blend}")).reply())
    assert "not yours" in text_of(await (await eve.press(message, f"yasr:join:{blend}")).reply())
    await (await ben.press(message, f"yasr:join:{blend}")).acknowledged()
    await until(ada, lambda: f"<@{ben.id}>: takes part" in text_of(message))
    await (await ada.person.press(message, f"yasr:start:{blend}")).reply()
    assert (await behind.hand.request()).source.value == blend


def _presses(message: Message) -> list[Press]:
    return [press for item in walk(message.components) if (press := Press.parse(item.get("custom_id") or ""))]


async def test_tastes_are_compared_only_with_those_who_opened_theirs(ada: DiscordChat) -> None:
    ben = ada.server.person("Ben")
    closed = await (await ada.person.menu("Compare taste", ben.user, ada.channel)).reply()
    assert "has not opened their taste to others" in text_of(closed)
    await (await ben.command(ada.channel, "settings me", compare=True)).reply()
    opened = await (await ada.person.menu("Compare taste", ben.user, ada.channel)).reply()
    assert "I do not know your taste yet." in text_of(opened)


# music in messages


async def test_a_link_in_a_direct_message_is_answered_there(ada: DiscordChat, behind: World) -> None:
    await ada.person.dm(LINK)
    progress = await ada.server.next_message(ada.person.private)
    assert progress.reply_to is not None
    await behind.hand.answers(SONGS)
    await until(ada, lambda: sum("Sounds like" in text_of(m) for m in ada.person.sees(ada.person.private)) == 3)


async def test_a_link_beside_a_mention_is_answered(ada: DiscordChat, behind: World) -> None:
    await ada.person.says(ada.channel, f"<@{ada.server.bot.id}> {LINK}")
    await ada.server.next_message(ada.channel)
    assert (await behind.hand.request()).source.value == LINK


async def test_a_shared_link_is_left_alone_unless_wished(behind: World) -> None:
    async with chat(behind, "en-GB", message_content=True) as ada:
        ada.person.user.manages = True
        quiet = await ada.person.says(ada.channel, LINK)
        assert "Links that people share: on" in await says(ada, "settings server", links=True)
        assert not quiet.reactions
        loud = await ada.person.says(ada.channel, f"look: {LINK}")
        await until(ada, lambda: loud.reactions.get("🎧") == [ada.server.bot])
        strange = await ada.person.says(ada.channel, "https://example.com/playlist")
        assert behind.queue.ids == []
        ben = ada.server.person("Ben")
        await ben.react(loud, "🎧")
        await until(ada, lambda: behind.queue.ids)
        request = await behind.hand.request()
        assert request.listener_id == await behind.store.listeners.find("discord", ben.id)
        assert not strange.reactions


async def test_where_reactions_are_closed_a_button_offers(behind: World) -> None:
    async with chat(behind, "en-GB", message_content=True) as ada:
        ada.person.user.manages = True
        await says(ada, "settings server", links=True)
        ada.channel.deny("add_reactions")
        await ada.person.says(ada.channel, LINK)
        await until(ada, lambda: any(_presses(message) for message in ada.server.messages(ada.channel)))
        await (await ada._press(Verb.HEAR)).reply()
        assert (await behind.hand.request()).source.value == LINK


# where an answer goes


async def test_a_channel_that_was_closed_meanwhile(ada: DiscordChat, behind: World) -> None:
    await ada.asks(LINK)
    ada.channel.deny("send_messages")
    await behind.hand.answers(SONGS)
    await until(ada, lambda: sum("Sounds like" in text_of(m) for m in ada.person.sees(ada.person.private)) == 3)
    assert await behind.hand.state() is State.DELIVERED


async def test_nowhere_to_write_at_all(behind: World, tmp_path: Path) -> None:
    async with chat(behind, "en-GB") as ada:
        await ada.asks(LINK)
        ada.channel.deny("send_messages")
        ada.person.user.blocks_bot = True
        await behind.hand.answers(SONGS)
        await until(ada, lambda: "Your answer is in /history" in _all(ada))
        assert (await behind.hand.request()).receipt == "unreachable"
        await ada.looks_back()
        await until(ada, lambda: all(title in _all(ada) for title in SONGS))


def _all(ada: DiscordChat) -> str:
    return "\n".join(text_of(message) for message in ada.person.sees(ada.channel))


async def test_one_who_wishes_privacy_is_answered_in_private(ada: DiscordChat, behind: World) -> None:
    await says(ada, "settings me", private=True)
    interaction = await ada.person.command(ada.channel, "recommend", link=LINK)
    progress = await interaction.reply()
    assert progress.ephemeral
    assert "The answer comes in a direct message." in text_of(progress)
    await behind.hand.answers(SONGS)
    await until(ada, lambda: sum("Sounds like" in text_of(m) for m in ada.person.sees(ada.person.private)) == 3)
    await until(ada, lambda: "Done" in text_of(progress))
    assert not any("Sounds like" in text_of(message) for message in ada.server.messages(ada.channel))


async def test_one_who_brought_the_bot_alone_is_answered_in_private(behind: World) -> None:
    async with Discord() as server:
        channel = server.channel(server.guild("Elsewhere", has_bot=False), "music")
        person = server.person("Ada")
        async with connected(behind, server) as (front, outbox):
            ada = DiscordChat(server, front, person, channel, behind, outbox)
            interaction: Interaction = await person.command(channel, "recommend", link=LINK)
            assert (await interaction.reply()).ephemeral
            await behind.hand.answers(SONGS)
            await until(ada, lambda: sum("Sounds like" in text_of(m) for m in person.sees(person.private)) == 3)
        assert not server.violations


async def test_only_the_asker_is_pinged(ada: DiscordChat, behind: World) -> None:
    await answered(ada, behind, "everyone", "Second", "Third")
    for message in ada.server.messages(ada.channel):
        assert [user.id for user in message.mentions] in ([], [ada.person.id]), text_of(message)
    assert sum(bool(message.mentions) for message in ada.server.messages(ada.channel)) == 1


async def test_a_refusal_after_a_while_pings(ada: DiscordChat, behind: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.fronts.discord.delivery._SOON", timedelta(seconds=-1))
    await ada.asks(LINK)
    await behind.hand.refuses(NoSoundForSeeds(count=3))
    await until(ada, lambda: any(message.mentions for message in ada.server.messages(ada.channel)))
    assert utc_now() > (await behind.hand.request()).created_at


async def test_what_discord_does_not_take_of_a_pick_is_left_out(ada: DiscordChat, behind: World) -> None:
    await ada.asks(LINK)
    await behind.hand.answers(SONGS)
    ada.server.fail("POST /channels/", errors.invalid_form("components", "BAD", "no"), after=1)  # the first pick
    await until(ada, lambda: all(_pick(ada, title) for title in SONGS))
    first, second = _pick(ada, SONGS[0]), _pick(ada, SONGS[1])
    assert first is not None
    assert second is not None
    assert not [item for item in walk(first.components) if item.get("url")]
    assert [item["url"] for item in walk(second.components) if item.get("url")] == ["https://www.deezer.com/track/11"]


async def test_a_limit_is_waited_for(ada: DiscordChat, behind: World) -> None:
    await ada.asks(LINK)
    ada.server.limit("POST /channels/", times=2)
    await behind.hand.answers(SONGS)
    await until(ada, lambda: sum("Sounds like" in text_of(m) for m in ada.server.messages(ada.channel)) == 3)


# the plain look


async def test_plain_embeds(behind: World) -> None:
    async with chat(behind, "de", embeds=True) as ada:
        (message, *_) = await answered(ada, behind)
        assert message.embeds
        await ada.rates("First Light", "🔥")
        await stored(lambda: _has(behind, ada.person, [8]))
        await ada.more()
        assert len(behind.queue.ids) == 2
