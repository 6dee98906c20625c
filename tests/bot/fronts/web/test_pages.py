"""Every page in a real browser, on a phone and on a screen: calm, reachable by keyboard, for eyes and without them."""

from __future__ import annotations

import os
import shutil
from collections.abc import AsyncIterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page, async_playwright, expect

from bot.conversation import talk
from bot.fronts.web.figures import FigurePages
from bot.fronts.web.linking import LinkPages
from bot.fronts.web.listing import ListingPages
from bot.fronts.web.portrait import PortraitPages
from bot.fronts.web.scorecard import ScorecardPage
from bot.fronts.web.security import Identity
from bot.fronts.web.server import WebFront
from core.model import Address, Options, Source, SourceKind, Track, Verdict
from core.orders import Portrait, Sheet
from core.services import Services
from core.services._limits import LocalLimits
from core.settings import Settings, Spotify, Web
from core.store.store import Store
from tests.bot.fronts.web.test_listing import CLIP, HOSTILE, World, answered, explained
from tests.fakes.painter import paint
from tests.fakes.queue import FakeQueue
from workers.easel import charts

CHROMIUM = shutil.which("chromium")
AXE = os.environ.get("YASR_AXE", "")
pytestmark = [
    pytest.mark.browser,
    pytest.mark.asyncio(loop_scope="module"),
    pytest.mark.skipif(CHROMIUM is None, reason="no chromium on this machine"),
]
SIZES = [(360, 740, "light"), (360, 740, "dark"), (1440, 900, "light"), (1440, 900, "dark")]


@dataclass
class Site:
    """The pages by name, each with its path."""

    url: str
    world: World
    paths: dict[str, str]


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def site(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Site]:
    folder: Path = tmp_path_factory.mktemp("site")
    store = await Store.open(f"sqlite+aiosqlite:///{folder / 'yasr.db'}")
    settings = Settings(state_dir=folder, web=Web(port=0), spotify=Spotify(client_id="our id"))
    async with Services(settings, LocalLimits()) as services:
        queue = FakeQueue()
        queue.painter = partial(drawn, store)
        rooms = talk(store, queue, services, settings)

        async def clip(track: Track) -> bytes:
            return CLIP

        rooms.listings._clip = clip
        identity = Identity(b"a key for these cookies")
        pages = [ScorecardPage(rooms.scorecards), LinkPages(rooms, identity), ListingPages(rooms, identity),
                 FigurePages(rooms), PortraitPages(rooms, identity)]  # fmt: skip
        front = WebFront(settings.web, rooms.commands, rooms.picks, identity, pages)
        ada, request_id, tracks = await answered(store, 120)
        path = rooms.passes.slate(ada, request_id)
        known = await rooms.people.meet("telegram", "1")
        asked = await rooms.linking.begin(known, "spotify", "<b>@ada</b> (Telegram)")
        state = asked.split("state=")[1].split("&")[0]
        world = World(store, rooms, front, ada, path, tracks)
        paths = {
            "chat": "/",
            "scorecard": "/scorecard",
            "listing": path,
            "narrowed": f"{path}?slowest=80&fastest=120&page=1",
            "explained": await explained(world),
            "accounts": "/accounts",
            "confirm": f"/link/spotify?code=abc&state={state}",
            "declined": f"/link/spotify?error=access_denied&state={state}",
            "figures": f"{path}/figures/{tracks[0]}",
            "taste": await taste(world),
            "error": "/link/spotify?code=abc&state=made-up",
        }
        await front.start()
        yield Site(front.url, world, paths)
        await front.stop()
    await store.close()


async def taste(world: World) -> str:
    """The listener has given five of the songs, and rates a pick."""
    store, recordings = world.store, [await world.store.shortlists.recording(track) for track in world.tracks]
    request = await store.requests.ask(world.ada, Address("web", "1"), Source(SourceKind.LINK, "x"), Options(), HOSTILE)
    await store.catalogue.keep_seeds(request.id, recordings[5:10])
    first = next(iter(await store.portraits.swayed(world.ada)))
    await store.listeners.rate(Verdict(world.ada, recordings[0], 9, "😍"), first.pick_id)
    return world.talk.passes.taste(world.ada)


async def drawn(store: Store, key: str) -> None:
    """Charts with the real brush, and the sound of a song, too."""
    order = await store.pictures.due(key)
    if isinstance(order, Portrait):
        await store.pictures.keep(key, charts(Sheet(HOSTILE, "", ())).png, f"Waveform of {HOSTILE}.")
    else:
        await paint(store, key)


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def browser() -> AsyncIterator[Browser]:
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield browser
        await browser.close()


async def opened(browser: Browser, site: Site, **how: object) -> tuple[Page, list[str]]:
    """A page in a context of its own, and what it must not do."""
    context = await browser.new_context(reduced_motion="reduce", **how)  # type: ignore[arg-type]
    page, troubles = await context.new_page(), list[str]()
    page.on("console", lambda said: troubles.append(said.text) if said.type in {"error", "warning"} else None)
    page.on("pageerror", lambda error: troubles.append(str(error)))
    page.on("dialog", lambda dialog: troubles.append(f"dialog: {dialog.message}"))
    page.on("request", lambda sent: None if sent.url.startswith(site.url) else troubles.append(sent.url))
    return page, troubles


NAMES = [
    "chat",
    "scorecard",
    "listing",
    "narrowed",
    "explained",
    "figures",
    "taste",
    "accounts",
    "confirm",
    "declined",
    "error",
]


@pytest.mark.parametrize("name", NAMES)
async def test_a_page_is_calm_and_fits_and_can_be_read_by_anybody(browser: Browser, site: Site, name: str) -> None:
    for width, height, colours in SIZES:
        page, troubles = await opened(browser, site, viewport={"width": width, "height": height}, color_scheme=colours)
        await page.goto(site.url + site.paths[name])
        assert await page.evaluate("document.documentElement.scrollWidth") <= width
        if name in ("figures", "taste"):  # every picture came
            images = page.locator("img.chart")
            for number in range(await images.count()):
                await images.nth(number).scroll_into_view_if_needed()
                await expect(images.nth(number)).to_have_js_property("complete", True)
                assert await images.nth(number).evaluate("image => image.naturalWidth") == 800
            assert await images.count() == (3 if name == "taste" else 1)
        if name == "error":  # the answer is a refusal, and the browser says so
            troubles = [trouble for trouble in troubles if "400 (Bad Request)" not in trouble]
        assert troubles == []
        inline = "document.querySelectorAll('script:not([src]), style, body [style], [onerror], [onload]').length"
        assert await page.evaluate(inline) == 0
        if AXE:
            await page.evaluate(Path(AXE).read_text())
            found = await page.evaluate("axe.run(document, {resultTypes: ['violations']})")
            worst = [(one["id"], [node["html"] for node in one["nodes"]][:3]) for one in found["violations"]
                     if one["impact"] in ("serious", "critical")]  # fmt: skip
            assert worst == [], (name, width, colours)
        await page.context.close()


@pytest.mark.skipif(bool(AXE), reason="axe-core is here, and was asked")
def test_what_is_skipped_is_said() -> None:
    pytest.skip("YASR_AXE names no axe-core: the pages were not examined for accessibility")


async def tabbed(page: Page, most: int) -> list[str]:
    """What the focus reaches by the tabulator alone: the names of the controls, in order."""
    reached: list[str] = []
    for _ in range(most):
        await page.keyboard.press("Tab")
        told = await page.evaluate(
            "(e => e === document.body ? '' : e.ariaLabel || e.name || e.textContent.trim() || e.href)"
            "(document.activeElement)"
        )
        if not told:
            break
        reached.append(told)
    return reached


async def test_the_keyboard_alone_reaches_every_control_and_rates_a_song(browser: Browser, site: Site) -> None:
    page, troubles = await opened(browser, site)
    await page.goto(f"{site.url}{site.paths['listing']}?fastest=64")  # the picks and three songs
    controls = await page.evaluate(
        "[...document.querySelectorAll('a[href], button, input:not([type=hidden]), select, audio')].length"
    )
    reached = await tabbed(page, 400)
    assert reached[0] == "Skip to the songs beyond the picks"
    assert len(reached) >= controls  # a player holds several
    ring = "getComputedStyle(document.activeElement).outlineStyle"
    await page.goto(f"{site.url}{site.paths['listing']}?fastest=64")
    button = page.locator(f"#song-{site.world.tracks[3]} button[aria-label='rate 8 of 10']")
    await button.focus()
    assert await page.evaluate(ring) != "none"
    await page.keyboard.press("Enter")
    await expect(button).to_have_attribute("aria-pressed", "true")
    await expect(button).to_be_focused()
    await page.locator("select[name=weeks]").focus()
    await page.keyboard.press("2")
    await page.get_by_role("button", name="Show").press("Enter")
    await expect(page.locator("select[name=weeks]")).to_have_value("2")
    assert troubles == []
    await page.context.close()


async def test_without_scripts_it_is_read_narrowed_down_and_rated(browser: Browser, site: Site) -> None:
    page, troubles = await opened(browser, site, java_script_enabled=False)
    await page.goto(site.url + site.paths["listing"])
    await page.locator("select[name=key]").select_option("D minor")
    await page.get_by_role("button", name="Show").click()
    assert await page.locator("#more li.pick").count() == 10
    song = page.locator("#more li.pick").first
    await song.locator("button[aria-label='rate 10 of 10']").click()
    await expect(page.locator("#more li.pick").first.locator("button[aria-pressed=true]")).to_have_count(1)
    assert "key=D+minor" in page.url
    assert troubles == []
    await page.context.close()


async def test_one_song_plays_at_a_time(browser: Browser, site: Site) -> None:
    page, _ = await opened(browser, site)
    await page.goto(site.url + site.paths["listing"])
    paused = await page.evaluate(
        "(() => { const [one, other] = document.querySelectorAll('audio'); let paused = 0;"
        " one.pause = () => { paused += 1; }; other.dispatchEvent(new Event('play')); return paused; })()"
    )
    assert paused == 1
    await page.context.close()
