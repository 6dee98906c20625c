"""What each address answers, to the script and to a bare form."""

from __future__ import annotations

import json

import pytest
from aiohttp import FormData
from structlog.testing import capture_logs

from bot.cards import LinkButton, SlateCard
from bot.fronts.web.handlers import TEXT_LIMIT
from core.errors import NoSongs, ServiceDown, YasrError
from core.model import Address, Preferences, State
from core.moods import MOODS
from tests.bot.fronts.web.visitor import JSON, Visitor, ask
from tests.fakes.commands import FakeCommands, pick


async def test_the_page_greets_and_says_what_there_is(client: Visitor, commands: FakeCommands) -> None:
    async with client.get("/") as response:
        text = await response.text()
        assert response.content_type == "text/html"
        assert response.headers["Cache-Control"] == "private, no-store"
    assert "Hello!" in text
    assert commands.sentence in text
    assert f'maxlength="{TEXT_LIMIT}"' in text


async def test_the_page_holds_the_listeners_history_only(client: Visitor, stranger: Visitor) -> None:
    await client.get("/")
    await ask(client, "Grouper – Clearing")
    assert "Grouper – Clearing" in await (await client.get("/")).text()
    assert "Grouper – Clearing" not in await (await stranger.get("/")).text()


async def test_health(client: Visitor) -> None:
    async with client.get("/healthz") as response:
        assert await response.json() == {"status": "ok"}
        assert "Set-Cookie" not in response.headers


@pytest.mark.parametrize("form", ["form", "multipart", "json"])
async def test_words_reach_the_commands(client: Visitor, commands: FakeCommands, form: str) -> None:
    words = "Björk – Jóga\n坂本龍一 – Aqua 🎹"
    multipart = FormData({"text": words})
    multipart.add_field("nothing", b"", filename="", content_type="application/octet-stream")
    bodies = {"form": {"data": {"text": words}}, "multipart": {"data": multipart}, "json": {"json": {"text": words}}}
    async with client.post("/ask", headers=JSON, **bodies[form]) as response:  # type: ignore[arg-type]
        answer = await response.json()
    assert answer["state"] == "asked"
    assert f'id="card-{answer["request_id"]}"' in answer["html"]
    assert commands.last("recommend") == (1, Address("web", "1"), words)


async def test_the_line_ends_of_a_form_are_those_of_the_page(client: Visitor, commands: FakeCommands) -> None:
    words = "a – b\r\n" * 10_000 + "x" * (TEXT_LIMIT - 60_000)
    await ask(client, words)
    assert len(str(commands.last("recommend")[2])) == TEXT_LIMIT


async def test_ten_thousand_pasted_songs_fit(client: Visitor, commands: FakeCommands) -> None:
    await ask(client, "\n".join(f"一位不太有名的歌手 {n} – 一首还没有人听过的歌曲 {n}" for n in range(10_000)))
    assert str(commands.last("recommend")[2]).count("\n") == 9_999


async def test_the_sample(client: Visitor, commands: FakeCommands) -> None:
    async with client.post("/ask", data={"text": "", "sample": "1"}, headers=JSON) as response:
        assert response.status == 200
    assert commands.last("sample") == (1, Address("web", "1"))


async def test_a_mood_is_chosen(client: Visitor, commands: FakeCommands) -> None:
    page = await (await client.get("/")).text()
    assert all(f"<option>{mood}</option>" in page for mood in MOODS)
    for fields in ({"text": "a – b", "mood": "slower"}, {"sample": "1", "mood": "slower"}, {"text": "a", "mood": ""}):
        async with client.post("/ask", data=fields, headers=JSON) as response:
            assert response.status == 200
    assert [wish.moods for wish in commands.wishes if wish] == [("slower",), ("slower",), ()]
    async with client.post("/ask", data={"text": "a – b", "mood": "gloomy"}, headers=JSON) as response:
        assert response.status == 400
        assert "There is no mood called “gloomy”" in (await response.json())["error"]


async def test_a_bare_form_is_led_back_to_the_page(client: Visitor, commands: FakeCommands) -> None:
    request = await ask(client)
    commands.answer(request, pick(7))
    for path, data in [("/ask", {"text": "a – b"}), (f"/more/{request}", {}), ("/rate/7", {"emoji": "👍"})]:
        async with client.post(path, data=data, allow_redirects=False) as response:
            assert (response.status, response.headers["Location"]) == (303, "/")


async def test_more_asks_again(client: Visitor, commands: FakeCommands) -> None:
    request = await ask(client)
    async with client.post(f"/more/{request}", headers=JSON) as response:
        assert (await response.json())["request_id"] != request
    assert commands.last("more") == (1, Address("web", "1"), request)


async def test_cancel_shows_the_cancelled_card(client: Visitor, commands: FakeCommands) -> None:
    request = await ask(client)
    async with client.post(f"/cancel/{request}", headers=JSON) as response:
        assert (await response.json())["state"] == State.CANCELLED
    assert "Cancelled" in await (await client.get(f"/card/{request}")).text()


async def test_nobody_touches_anothers_request(client: Visitor, stranger: Visitor, commands: FakeCommands) -> None:
    request = await ask(client)
    commands.answer(request, pick(7))
    for path in (f"/more/{request}", f"/cancel/{request}", "/rate/7", "/links/7", "/appeal/7"):
        async with stranger.post(path, data={"emoji": "👍"}, headers=JSON) as response:
            assert (response.status, await response.json()) == (
                404,
                {"error": "That is not yours, or it no longer exists."},
            )
    assert (await stranger.get(f"/card/{request}")).status == 404


async def test_a_rating_is_kept_and_withdrawn(client: Visitor, commands: FakeCommands) -> None:
    commands.answer(await ask(client), pick(7))
    async with client.post("/rate/7", data={"emoji": "🔥"}, headers=JSON) as response:
        answer = await response.json()
    assert (answer["value"], answer["said"]) == (8, "8/10 saved")
    assert 'value="" aria-pressed="true"' in answer["html"]
    async with client.post("/rate/7", json={"emoji": ""}, headers=JSON) as response:
        answer = await response.json()
    assert (answer["value"], answer["said"]) == (None, "Rating withdrawn")
    assert 'aria-pressed="true"' not in answer["html"]
    assert [call[3] for call in commands.calls if call[0] == "rate"] == ["🔥", ""]


async def test_settings_are_kept_and_shown_again(client: Visitor, stranger: Visitor, commands: FakeCommands) -> None:
    await client.get("/")
    async with client.post("/settings", data={"audience": "tiny", "weeks": "8"}, headers=JSON) as response:
        answer = await response.json()
    assert answer["said"] == "Saved"
    assert '<option value="tiny" selected>' in answer["html"]
    assert commands.chosen == {1: Preferences("tiny", 8)}
    text = await (await client.get("/")).text()
    assert '<option value="tiny" selected>' in text
    assert '<option value="8" selected>' in text
    assert '<option value="" selected>As this YASR is set: small<' in await (await stranger.get("/")).text()
    async with client.post("/settings", data={"audience": "", "weeks": "0"}, allow_redirects=False) as response:
        assert (response.status, response.headers["Location"]) == (303, "/")
    assert commands.chosen == {1: Preferences()}


@pytest.mark.parametrize(
    ("audience", "weeks", "words"),
    [
        ("huge", "8", "Choose one of: tiny, small, medium, any"),
        ("tiny", "27", "26 weeks"),
        ("tiny", "-1", "not a number"),
        ("tiny", "²", "not a number"),
        ("tiny", "9" * 5000, "not a number"),
    ],
)
async def test_settings_that_do_not_exist(
    client: Visitor, commands: FakeCommands, audience: str, weeks: str, words: str
) -> None:
    async with client.post("/settings", data={"audience": audience, "weeks": weeks}, headers=JSON) as response:
        assert response.status == 400
        assert words in (await response.json())["error"]
    assert commands.chosen == {}


async def test_a_pick_can_be_heard_elsewhere(client: Visitor, commands: FakeCommands) -> None:
    commands.answer(await ask(client), pick(7))
    commands.elsewhere = (LinkButton("Tidal", "https://tidal.com/browse/track/7"),)
    async with client.post("/links/7", headers=JSON) as response:
        answer = await response.json()
    assert answer["said"] == "2 places to listen"
    assert answer["html"].index("deezer.com/track/7") < answer["html"].index("tidal.com/browse/track/7")
    async with client.post("/links/7") as response:
        text = await response.text()
        assert response.content_type == "text/html"
    assert "<main" in text
    assert 'href="https://tidal.com/browse/track/7"' in text


async def test_a_silent_link_service_is_one_sentence(client: Visitor, commands: FakeCommands) -> None:
    commands.answer(await ask(client), pick(7))
    commands.problem = ServiceDown(service="Odesli")
    async with client.post("/links/7", headers=JSON) as response:
        assert (response.status, await response.json()) == (503, {"error": str(commands.problem)})


async def test_an_appeal_is_thanked_for(client: Visitor, commands: FakeCommands) -> None:
    commands.answer(await ask(client), pick(7, label="may be machine-made: 212 releases within a year"), pick(8))
    async with client.post("/appeal/7", headers=JSON) as response:
        answer = await response.json()
    assert answer["said"] == "Thank you"
    assert "sees your appeal" in answer["html"]
    assert commands.last("appeal") == (1, 7, "")
    async with client.post("/appeal/7") as response:
        assert "sees your appeal" in await response.text()
    async with client.post("/appeal/8", headers=JSON) as response:
        assert response.status == 400
    assert commands.count("appeal") == 2


async def test_an_unknown_emoji_is_refused_with_the_choices(client: Visitor, commands: FakeCommands) -> None:
    commands.answer(await ask(client), pick(7))
    async with client.post("/rate/7", data={"emoji": "🦖"}, headers=JSON) as response:
        assert response.status == 400
        assert "Choose one of: 👎 😐 👍 🔥 💯" in (await response.json())["error"]
    slate = commands.cards["r1"]
    assert isinstance(slate, SlateCard)
    assert slate.picks[0].rated == ""


@pytest.mark.parametrize(
    ("problem", "status"), [(NoSongs(what="the pasted text"), 400), (ServiceDown(service="Deezer"), 503)]
)
async def test_a_known_trouble_is_its_sentence(
    client: Visitor, commands: FakeCommands, problem: YasrError, status: int
) -> None:
    commands.problem = problem
    async with client.post("/ask", data={"text": "x"}, headers=JSON) as response:
        assert (response.status, await response.json()) == (status, {"error": str(problem)})
    async with client.post("/ask", data={"text": "x"}) as response:
        assert response.status == status
        assert str(problem) in await response.text()


async def test_an_unknown_trouble_is_logged_under_the_id_it_shows(client: Visitor, commands: FakeCommands) -> None:
    commands.problem = RuntimeError("the secret path /home/somebody")
    with capture_logs() as logs:
        async with client.post("/ask", data={"text": "x"}, headers=JSON) as response:
            assert response.status == 500
            text = await response.text()
    assert [entry["exc_info"] for entry in logs if entry["id"] in text] == [True]
    assert "secret" not in text
    assert "Traceback" not in text


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (b"{", "application/json"),
        (b"[1]", "application/json"),
        (b"null", "application/json"),
        (b"text=a", "application/x-www-form-urlencoded; charset=klingon"),
        (b"text=\xff", "application/x-www-form-urlencoded"),
        (b"nonsense", "multipart/form-data; boundary=b"),
        (b"nonsense", "multipart/form-data"),
        (b"--b\r\nContent-Disposition: form-data; name=text\r\n\r\ncut off", "multipart/form-data; boundary=b"),
    ],
)
async def test_a_broken_body_is_refused(client: Visitor, commands: FakeCommands, body: bytes, kind: str) -> None:
    async with client.post("/ask", data=body, headers=JSON | {"Content-Type": kind}) as response:
        assert response.status == 400, await response.text()
        assert "cannot read this form" in (await response.json())["error"]
    assert not commands.count("recommend")


async def test_half_a_surrogate_pair_does_no_harm(client: Visitor, commands: FakeCommands) -> None:
    body = json.dumps({"text": "\ud83d – Song"})
    async with client.post("/ask", data=body, headers=JSON | {"Content-Type": "application/json"}) as response:
        assert response.status == 200
    assert commands.last("recommend")[2] == "? – Song"


@pytest.mark.parametrize(
    "path",
    [
        "/nowhere",
        "/static/../server.py",
        "/static/%2e%2e/server.py",
        "/sound/x",
        "/sound/1/theirs",
        "/sound/1/mine/",
        "/art/x.svg",
    ],
)
async def test_there_is_nothing_else(client: Visitor, path: str) -> None:
    async with client.get(path, headers=JSON) as response:
        assert (response.status, await response.json()) == (404, {"error": "There is no such page."})


async def test_a_write_cannot_be_a_link(client: Visitor) -> None:
    async with client.get("/ask", headers=JSON) as response:
        assert response.status == 405


async def test_art_is_the_same_every_time(client: Visitor) -> None:
    first, again, other = [
        await (await client.get(f"/art/{seed}.svg")).text() for seed in ("00" * 8, "00" * 8, "1f" * 8)
    ]
    assert first == again != other
    assert first.startswith("<svg")
