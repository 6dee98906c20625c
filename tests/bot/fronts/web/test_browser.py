"""The page in a real browser: by keyboard alone, on a phone, and with hostile words on it."""

from __future__ import annotations

import io
import re
import shutil
import wave
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Locator, Page, async_playwright, expect

from bot.cards import LinkButton, PickCard
from bot.fronts.web.server import WebFront
from core.model import Address, Arm
from tests.bot.fronts.web.test_alike import passage
from tests.bot.fronts.web.test_views import HOSTILE
from tests.bot.fronts.web.visitor import until
from tests.fakes.commands import FakeCommands, pick

CHROMIUM = shutil.which("chromium")
pytestmark = [
    pytest.mark.browser,
    pytest.mark.asyncio(loop_scope="module"),  # one browser for all, each test in a context of its own
    pytest.mark.usefixtures("impatient"),
    pytest.mark.skipif(CHROMIUM is None, reason="no chromium on this machine"),
]
PICKS = tuple(pick(n, arm=Arm.CLOSE if n <= 5 else Arm.WILDCARD, sound=n == 1) for n in range(1, 11))


@pytest_asyncio.fixture(loop_scope="module")
async def url(front: WebFront) -> AsyncIterator[str]:
    await front.start()
    yield front.url
    await front.stop()


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def browser() -> AsyncIterator[Browser]:
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield browser
        await browser.close()


@pytest_asyncio.fixture(loop_scope="module")
async def page(browser: Browser, url: str) -> AsyncIterator[Page]:
    """The open page; afterwards it must have logged no error and asked no other origin for anything."""
    context = await browser.new_context(reduced_motion="reduce", permissions=["clipboard-read", "clipboard-write"])
    page = await context.new_page()
    troubles: list[str] = []
    page.on("console", lambda message: troubles.append(message.text) if message.type in {"error", "warning"} else None)
    page.on("pageerror", lambda error: troubles.append(str(error)))
    page.on("dialog", lambda dialog: troubles.append(f"dialog: {dialog.message}"))
    page.on("request", lambda request: None if request.url.startswith(url) else troubles.append(request.url))
    await page.goto(url)
    yield page
    await context.close()
    assert troubles == []


async def answered(page: Page, commands: FakeCommands, *picks: PickCard) -> Locator:
    """The card of an answer, with ten picks unless told."""
    await page.locator("#text").fill("Low – Lullaby")
    await page.get_by_role("button", name="Send").click()
    await expect(page.locator(".turn")).to_have_attribute("data-state", "asked")
    commands.answer("r1", *(picks or PICKS))
    await expect(page.locator(".turn")).to_have_attribute("data-state", "ready")
    return page.locator(".turn")


async def press_until(page: Page, key: str, target: Locator) -> None:
    """Moves the focus by keyboard."""
    for _ in range(120):
        if await target.evaluate("element => element === document.activeElement"):
            return
        await page.keyboard.press(key)
    pytest.fail(f"the keyboard does not reach {target}")


async def test_by_keyboard_alone(page: Page, commands: FakeCommands) -> None:
    await press_until(page, "Tab", page.locator("#text"))
    await page.keyboard.type("Low – Lullaby")
    await page.keyboard.press("Enter")
    await page.keyboard.type("Grouper – Clearing")
    await page.keyboard.press("Control+Enter")

    turn = page.locator("#card-r1")
    await expect(turn.get_by_role("heading")).to_have_text("Waiting in the queue")
    await expect(page.locator("#text")).to_have_value("")
    assert commands.last("recommend") == (1, Address("web", "1"), "Low – Lullaby\nGrouper – Clearing")

    commands.advance("r1", "listening", 1, 2)
    await expect(turn.get_by_role("heading")).to_have_text("Listening to your songs")
    await expect(turn).to_contain_text("1 of 2")
    await expect(page.locator("#said")).to_have_text("Listening to your songs")
    commands.answer("r1", *PICKS)
    await expect(turn.locator(".pick")).to_have_count(10)
    await expect(page.locator("#said")).to_have_text("Your picks are here: 10 songs.")

    fire = turn.locator(".pick").nth(9).get_by_role("button", name="rate 8 of 10")
    await press_until(page, "Shift+Tab", fire)
    await page.keyboard.press("Enter")
    await expect(turn.locator(".pick").nth(9)).to_contain_text("8/10 saved")
    await expect(fire).to_have_attribute("aria-pressed", "true")
    await expect(fire).to_be_focused()
    assert commands.last("rate") == (1, 10, "🔥")
    await page.keyboard.press("Space")
    await expect(fire).to_have_attribute("aria-pressed", "false")
    await expect(page.locator("#said")).to_have_text("Rating withdrawn")

    await press_until(page, "Tab", turn.get_by_role("button", name="More like this"))
    await page.keyboard.press("Enter")
    await expect(page.locator("#card-r2")).to_be_in_viewport()
    assert commands.last("more") == (1, Address("web", "1"), "r1")


async def test_the_sample_and_cancel(page: Page, commands: FakeCommands) -> None:
    await page.get_by_role("button", name="Try the sample playlist").click()
    await page.get_by_role("button", name="Cancel").click()
    await expect(page.get_by_role("heading", name="Cancelled")).to_be_visible()
    assert commands.count("sample") == 1


async def test_files_are_sent_when_chosen(page: Page, commands: FakeCommands, tmp_path: Path) -> None:
    for name in ("one.csv", "two.csv"):
        (tmp_path / name).write_text("artist,title\nLow,Lullaby\n")
    await page.get_by_label("Add files").set_input_files([tmp_path / "one.csv", tmp_path / "two.csv"])
    await expect(page.locator(".turn .you")).to_contain_text("one.csv")
    uploads = commands.last("recommend_files")[2]
    assert isinstance(uploads, tuple)
    assert [upload.name for upload in uploads] == ["one.csv", "two.csv"]


async def test_ten_thousand_songs_are_pasted(page: Page, commands: FakeCommands) -> None:
    words = "\n".join(f"A little-known artist {n} – A song nobody has heard yet {n}" for n in range(10_000))
    await page.evaluate("words => navigator.clipboard.writeText(words)", words)
    await page.locator("#text").press("Control+v")
    await page.keyboard.press("Control+Enter")
    await expect(page.locator(".turn")).to_have_count(1)
    assert commands.last("recommend")[2] == words


async def test_the_status_line_moves_while_the_page_is_open(page: Page, commands: FakeCommands) -> None:
    await expect(page.locator("#status")).to_have_text(commands.sentence)
    commands.sentence = "213 songs. <b>Harvesting</b>"
    await expect(page.locator("#status")).to_have_text(commands.sentence)


async def test_a_second_page_of_the_listener_shows_the_same(page: Page, commands: FakeCommands, url: str) -> None:
    second = await page.context.new_page()
    await second.goto(url)
    await answered(page, commands)
    await expect(second.locator(".pick")).to_have_count(10)


async def test_an_untimely_refusal_is_said_on_the_page(browser: Browser, url: str, commands: FakeCommands) -> None:
    page = await browser.new_page()  # the browser itself logs the 500 on its console
    await page.goto(url)
    commands.problem = RuntimeError()
    await page.get_by_role("button", name="Try the sample playlist").click()
    await expect(page.locator("#trouble")).to_have_text(re.compile(r"on our side \(id [0-9a-f]{8}\)"))
    await page.close()


def clip() -> bytes:
    """Twenty silent seconds."""
    file = io.BytesIO()
    with wave.open(file, "wb") as sound:
        sound.setparams((1, 2, 8000, 0, "NONE", ""))
        sound.writeframes(bytes(2 * 8000 * 20))
    return file.getvalue()


async def test_one_song_plays_at_a_time_and_nothing_disturbs_it(page: Page, commands: FakeCommands, url: str) -> None:
    commands.sounds |= {1: clip(), 2: clip()}
    await answered(page, commands, pick(1), pick(2))
    first, second = page.locator("audio").first, page.locator("audio").last
    await first.evaluate("audio => audio.play()")
    await second.evaluate("audio => audio.play()")
    await expect(first).to_have_js_property("paused", True)
    await expect(second).to_have_js_property("paused", False)

    await page.get_by_role("button", name="rate 8 of 10").last.click()
    await expect(page.locator(".saved")).to_have_text("8/10 saved")
    async with page.expect_request(f"{url}/events"):
        await page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")  # the stream is opened anew
    commands.sentence = "The page has caught up."
    await expect(page.locator("#status")).to_have_text(commands.sentence)
    await expect(second).to_have_js_property("paused", False)


async def test_a_passage_is_played_to_its_end_and_no_further(page: Page, commands: FakeCommands, url: str) -> None:
    commands.sounds[1] = commands.seed_sounds[1] = clip()
    turn = await answered(page, commands, pick(1, passage=passage((3, 3.4), (12, 19), (3, 12))))
    await turn.get_by_text("Hear and see it").press("Enter")
    mine, theirs = turn.get_by_label("Yours: Moonlit Harbor, 0:03–0:03"), turn.get_by_label("Theirs: Song 1")
    await theirs.evaluate("audio => audio.play()")
    assert 12 <= await theirs.evaluate("audio => audio.currentTime") < 19
    for _ in range(2):  # the second time without the browser's own help
        await mine.evaluate("audio => audio.play()")
        await expect(theirs).to_have_js_property("paused", True)
        await expect(mine).to_have_js_property("paused", True)
        assert 2.9 <= await mine.evaluate("audio => audio.currentTime") < 4
    await mine.evaluate("audio => { audio.currentTime = 10; }")
    await expect(mine).to_have_js_property("currentTime", 3)

    async with page.expect_request(f"{url}/events"):
        await page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")  # the stream is opened anew
    commands.sentence = "The page has caught up."
    await expect(page.locator("#status")).to_have_text(commands.sentence)
    await expect(turn.locator("svg")).to_be_visible()


async def test_a_clip_that_is_gone_says_so(browser: Browser, url: str, commands: FakeCommands) -> None:
    page = await browser.new_page()  # the browser itself logs the 404 on its console
    await page.goto(url)
    turn = await answered(page, commands, pick(1))
    await turn.locator("audio").evaluate("audio => audio.play().catch(() => {})")
    await expect(turn).to_contain_text("This clip cannot be played right now.")
    await page.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_a_phone_shows_a_passage(page: Page, commands: FakeCommands, scheme: str) -> None:
    await page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
    await page.set_viewport_size({"width": 340, "height": 640})
    found = passage((3, 18), (12, 27), *((3 + n / 2, 12 + n / 2) for n in range(30)), sentence="W" * 300)
    turn = await answered(page, commands, pick(1, passage=replace(found, seed="W" * 300)))
    await turn.get_by_text("Hear and see it").click()
    assert await page.evaluate("document.documentElement.scrollWidth") <= 340
    size = "text => text.getBoundingClientRect().height"
    assert min([await text.evaluate(size) for text in await turn.locator("svg text").all()]) >= 11


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_a_phone_needs_no_sideways_scrolling(page: Page, commands: FakeCommands, scheme: str) -> None:
    await page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
    await page.set_viewport_size({"width": 360, "height": 640})
    await answered(page, commands)
    assert await page.evaluate("document.documentElement.scrollWidth") <= 360
    commands.answer("r1", *(replace(PICKS[0], title="W" * 300, artist="x" * 300, evidence="9" * 300),))
    await page.reload()
    await expect(page.locator(".pick")).to_have_count(1)
    assert await page.evaluate("document.documentElement.scrollWidth") <= 360


async def test_the_box_hides_neither_the_focus_nor_the_end(page: Page, commands: FakeCommands) -> None:
    """WCAG 2.2, 2.4.11: what has the focus is not hidden under the box at the bottom, even when that has grown."""
    await page.set_viewport_size({"width": 360, "height": 640})
    turn = await answered(page, commands)
    await page.locator("#text").fill("a – b\n" * 40)
    controls = await turn.locator("button, a, audio").all()
    await page.evaluate("scrollTo(0, 0)")
    for control in controls:
        await control.focus()
        assert await control.evaluate(
            """control => control.getBoundingClientRect().bottom
                <= document.querySelector("footer").getBoundingClientRect().top"""
        )
    await page.evaluate("scrollTo(0, document.documentElement.scrollHeight)")
    more = await turn.get_by_role("button", name="More like this").bounding_box()
    foot = await page.locator("footer").bounding_box()
    assert more
    assert foot
    assert more["y"] + more["height"] <= foot["y"]


async def test_hostile_words_stay_words(page: Page, commands: FakeCommands) -> None:
    await page.locator("#text").fill(HOSTILE[0])
    await page.get_by_role("button", name="Send").click()
    await expect(page.locator(".you")).to_contain_text(HOSTILE[0])
    picks = [
        pick(n, title=words, artist=words, evidence=words, reason=words, links=(LinkButton(words, words),), sound=False)
        for n, words in enumerate(HOSTILE, 1)
    ]
    commands.answer("r1", *picks, note=HOSTILE[3])
    await expect(page.locator(".pick")).to_have_count(len(HOSTILE))
    await page.reload()
    await expect(page.locator(".pick")).to_have_count(len(HOSTILE))
    await expect(page.locator(".pick h4").first).to_have_text(HOSTILE[0])
    assert await page.locator("#turns :is(script, a, [onmouseover], [onfocus], [onerror], [onload])").count() == 0


@pytest.mark.parametrize("motion", ["reduce", "no-preference"])
async def test_motion_is_a_matter_of_choice(page: Page, commands: FakeCommands, motion: str) -> None:
    await page.emulate_media(reduced_motion="reduce" if motion == "reduce" else "no-preference")
    await page.get_by_role("button", name="Try the sample playlist").click()
    name = await page.locator("progress").evaluate("element => getComputedStyle(element).animationName")
    assert (name == "none") == (motion == "reduce")


async def test_without_the_script_forms_still_work(browser: Browser, url: str, commands: FakeCommands) -> None:
    context = await browser.new_context(java_script_enabled=False)
    page = await context.new_page()
    await page.goto(url)
    await page.locator("#text").fill("Low – Lullaby")
    await page.get_by_role("button", name="Send", exact=True).click()
    await expect(page.locator(".you")).to_contain_text("Low – Lullaby")
    assert commands.count("recommend") == 1
    await context.close()


async def test_a_lost_connection_is_shown(browser: Browser, url: str, front: WebFront, commands: FakeCommands) -> None:
    page = await browser.new_page()
    await page.goto(url)
    await until(lambda: commands.count("status") > 2)
    await front.stop()
    await expect(page.locator(".status")).to_have_class(re.compile("lost"))
    await page.close()


LABELLED = (
    pick(
        1,
        label="may be machine-made: 212 releases within a year",
        licence_url="https://creativecommons.org/licenses/by/4.0/",
    ),
    pick(2),
)


async def test_settings_by_keyboard(page: Page, commands: FakeCommands) -> None:
    await page.get_by_text("How new, how little known").focus()
    await page.keyboard.press("Enter")
    await page.get_by_label("How little known").select_option("tiny")
    await page.get_by_label("How new").select_option("4")
    await page.get_by_role("button", name="Save").press("Enter")
    await expect(page.locator(".settings")).to_contain_text("It counts from your next request.")
    await expect(page.get_by_role("button", name="Save")).to_be_focused()
    await page.reload()
    await expect(page.locator(".settings select").first).to_have_value("tiny")
    await expect(page.locator(".settings select").last).to_have_value("4")
    await expect(page.locator(".settings")).not_to_contain_text("Saved")


async def test_an_appeal_and_links_stay_when_the_page_catches_up(page: Page, commands: FakeCommands, url: str) -> None:
    turn = await answered(page, commands, *LABELLED)
    commands.elsewhere = (LinkButton("Tidal", "https://tidal.com/browse/track/1"),)
    await page.get_by_role("button", name="Artist 1 is not machine-made: say so").press("Enter")
    await expect(turn).to_contain_text("Whoever runs this YASR sees your appeal")
    await expect(turn.locator(".doubt .hint")).to_be_focused()
    await page.get_by_role("button", name="Listen to Song 1 elsewhere").press("Enter")
    await expect(page.get_by_role("link", name="Tidal")).to_have_attribute("href", "https://tidal.com/browse/track/1")
    await expect(page.locator("#said")).to_have_text("2 places to listen")
    await expect(page.get_by_role("group", name="Places to listen").get_by_role("link").first).to_be_focused()
    async with page.expect_request(f"{url}/events"):
        await page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")  # the stream is opened anew
    commands.sentence = "The page has caught up."
    await expect(page.locator("#status")).to_have_text(commands.sentence)
    await expect(page.get_by_role("link", name="Tidal")).to_be_visible()
    await expect(turn).to_contain_text("Whoever runs this YASR sees your appeal")


async def test_a_wait_is_told_in_the_listeners_own_time(browser: Browser, url: str, commands: FakeCommands) -> None:
    context = await browser.new_context(timezone_id="Asia/Kolkata", locale="en-GB")
    page = await context.new_page()
    await page.goto(url)
    await page.get_by_role("button", name="Try the sample playlist").click()
    await expect(page.get_by_role("heading", name="Waiting in the queue")).to_be_visible()
    commands.postpone("r1", datetime(2026, 11, 22, 21, 40, tzinfo=UTC), "Deezer asks me to wait about 2 hours.")
    await expect(page.locator("time")).to_have_text("23 Nov 2026, 03:10")
    await page.reload()
    await expect(page.locator("time")).to_have_text("23 Nov 2026, 03:10")
    await page.get_by_role("button", name="Cancel").click()
    await expect(page.get_by_role("heading", name="Cancelled")).to_be_visible()
    await context.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_a_narrow_phone_shows_settings_labels_and_links(page: Page, commands: FakeCommands, scheme: str) -> None:
    await page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
    await page.set_viewport_size({"width": 320, "height": 640})
    commands.elsewhere = tuple(LinkButton(f"Service {n}", f"https://example.org/{n}") for n in range(12))
    await answered(page, commands, replace(LABELLED[0], label="may be machine-made: " + "W" * 200))
    await page.get_by_text("How new, how little known").click()
    await page.get_by_role("button", name="Listen to Song 1 elsewhere").click()
    await expect(page.get_by_role("link", name="Service 11")).to_be_visible()
    assert await page.evaluate("document.documentElement.scrollWidth") <= 320
