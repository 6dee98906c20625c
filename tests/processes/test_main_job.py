"""The main job as a newcomer does it: `yasr up`, the page in a real browser, the sample, a rating, a restart."""

from __future__ import annotations

import os
import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from playwright.async_api import Page as BrowserPage
from playwright.async_api import async_playwright, expect

from tests.processes.home import Home, until

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
PICTURE = Path(__file__).resolve().parents[2] / "docs" / "page.png"
#: From the server being up to the picks on the page, demo songs composed and heard in between.
PICKS_MS = 90_000

pytestmark = [
    pytest.mark.process,
    pytest.mark.browser,
    pytest.mark.xdist_group("processes"),
    pytest.mark.skipif(CHROMIUM is None, reason="no Chromium: apt install chromium"),
]


@pytest.fixture
async def browser_page() -> AsyncIterator[BrowserPage]:
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield await browser.new_page(viewport={"width": 1000, "height": 1300})
        await browser.close()


#: Ends when the clip plays.
PLAYING = """player => new Promise(playing => {
    const look = () => player.currentTime > 0 ? playing() : requestAnimationFrame(look)
    look()
})"""


async def test_the_first_command_ends_in_music(tmp_path: Path, browser_page: BrowserPage) -> None:
    page = browser_page
    home = Home(tmp_path / "state", YASR_WORKER__PROCESSES="2")
    await home.start()
    try:
        await page.goto(home.url)
        await page.get_by_role("button", name="Try the sample playlist").click()
        picks = page.locator(".pick")
        await expect(picks).to_have_count(10, timeout=PICKS_MS)
        assert await page.get_by_text("generated", exact=True).count() == 10, "demo songs are labelled wherever shown"

        player = page.locator("audio").first
        await player.evaluate("async player => { player.muted = true; await player.play(); }")
        # wait_for_function() asks by eval(), which the page forbids.
        await player.evaluate(PLAYING)

        await picks.first.get_by_role("button", name="8 of 10").click()
        await expect(page.locator(".saved")).to_have_text("8/10 saved")
        await page.evaluate("document.activeElement.blur(); window.scrollTo(0, 0)")
        if os.environ.get("YASR_PICTURE"):
            PICTURE.parent.mkdir(exist_ok=True)
            await page.screenshot(path=PICTURE)

        assert await home.stop() == 0
        assert home.query("SELECT value, emoji FROM verdicts") == [(8, "🔥")]
        await home.start()
        await page.reload()
        await expect(page.locator(".pick")).to_have_count(10)
        pressed = page.get_by_role("button", name="8 of 10", pressed=True)
        await expect(pressed).to_have_count(1)

        await page.get_by_role("button", name="More like this").first.click()
        await expect(page.locator(".pick")).to_have_count(20, timeout=60_000)
        await until(lambda: home.query("SELECT count(*), count(DISTINCT recording_id) FROM exposures") == [(20, 20)])
    finally:
        await home.stop()
