"""``yasr doctor``: what works, what is off, and why. It names settings, and never prints what is in them."""

from __future__ import annotations

import asyncio
import shutil
import tempfile
from collections.abc import Awaitable, Callable

import aiohttp
from redis.asyncio import Redis

from bot import state
from bot.findings import Finding, Health
from core import ports
from core.errors import AccessRefused, QuotaReached, ServiceDown, ServiceTrouble, UnexpectedAnswer, YasrError
from core.ports import Service
from core.queue import url_of
from core.services import Services
from core.settings import Settings
from core.store.store import Store

#: How long one part may take to answer, in seconds.
LIMIT_S = 15.0
#: What a service is used for, by the port that it fits.
_USES: tuple[tuple[type, str], ...] = (
    (ports.PlaylistReader, "reads links"),
    (ports.ReleaseSource, "new songs"),
    (ports.ReleaseFeed, "new releases"),
    (ports.ReleaseFinder, "songs of announced releases"),
    (ports.ArtistExplorer, "related artists"),
    (ports.CareerSource, "careers"),
    (ports.AudienceMeter, "audience"),
    (ports.SoundSource, "sound"),
    (ports.FeatureSource, "features"),
    (ports.LinkSource, "links to other services"),
    (ports.LyricsSource, "words of songs"),
)


async def examine(settings: Settings) -> list[Finding]:
    """Looks at everything at once; only what is switched on can fail."""
    async with Services(settings) as services:
        own, theirs = await asyncio.gather(
            asyncio.gather(
                _look("State folder", lambda: _folder(settings), "cannot be written to: set YASR_STATE_DIR"),
                _look("Store", lambda: _store(settings), "cannot be opened: see YASR_DATABASE_URL and YASR_STATE_DIR"),
                _look("Redis", lambda: _redis(settings), "does not answer: see YASR_REDIS_URL"),
                _discord(settings),
                _telegram(settings),
            ),
            asyncio.gather(*(_service(service, settings) for service in services.on)),
        )
        off = [Finding(service.title, Health.OFF, service.why) for service in services.off]
    return [*own, *_network(theirs), *sorted([*theirs, *off], key=lambda finding: finding.part.casefold())]


async def _look(part: str, look: Callable[[], Awaitable[str]], trouble: str) -> Finding:
    """What a look at one of our own parts says; ``trouble`` where it breaks."""
    try:
        async with asyncio.timeout(LIMIT_S):
            return Finding(part, Health.WORKS, await look())
    except Exception as error:  # noqa: BLE001 - whatever breaks a part, and in whichever library, is what is looked for
        # Not the error's own words: those of a database or of Redis may hold a password.
        return Finding(part, Health.FAILS, f"{trouble} ({type(error).__name__})")


async def _folder(settings: Settings) -> str:
    with tempfile.TemporaryFile(dir=settings.state_dir):
        free = shutil.disk_usage(settings.state_dir).free
    return f"{settings.state_dir}, {free / 2**30:,.1f} GiB free"


async def _store(settings: Settings) -> str:
    store = await Store.open(settings.store_url)
    try:
        songs = sum((await store.catalogue.collections()).values())
    finally:
        await store.close()
    kind = "the database of YASR_DATABASE_URL" if settings.database_url else "SQLite in the state folder"
    return f"{kind}, its tables up to date, {songs:,} songs"


async def _redis(settings: Settings) -> str:
    if not settings.redis_url and not state.is_running(settings.state_dir):
        return "embedded, starts with `yasr up`"
    client = Redis.from_url(url_of(settings))
    try:
        await client.ping()
    finally:
        await client.aclose()
    return "answers" if settings.redis_url else "embedded, answers"


async def _discord(settings: Settings) -> Finding:
    if not settings.discord.token.get_secret_value():
        return Finding("Discord", Health.OFF, "set YASR_DISCORD__TOKEN to use it")
    from bot.fronts.discord.health import invitation  # without a token its library need not be loaded

    return await _platform("Discord", "knows the bot; to invite it: {}", invitation(settings.discord))


async def _telegram(settings: Settings) -> Finding:
    if not settings.telegram.token.get_secret_value():
        return Finding("Telegram", Health.OFF, "set YASR_TELEGRAM__TOKEN to use it")
    from bot.fronts.telegram.health import Unreachable, address  # nor Telegram's

    return await _platform("Telegram", "{}", address(settings.telegram), (Unreachable,))


async def _platform(
    part: str,
    words: str,
    asking: Awaitable[str],
    away: tuple[type[Exception], ...] = (aiohttp.ClientError, OSError),
) -> Finding:
    """What a chat platform says of the bot's token."""
    try:
        async with asyncio.timeout(LIMIT_S):
            return Finding(part, Health.WORKS, words.format(await asking))
    except YasrError as trouble:
        return Finding(part, Health.FAILS, str(trouble))
    except away as trouble:
        return Finding(part, Health.FAILS, f"does not answer as it should ({type(trouble).__name__})")


async def _service(service: Service, settings: Settings) -> Finding:
    uses = [words for port, words in _USES if isinstance(service, port)]
    if settings.catalogue.harvest and service.name in settings.catalogue.sources:
        uses.append("harvested by itself")
    health, words = Health.FAILS, f"did not answer within {LIMIT_S:.0f} seconds"
    try:
        async with asyncio.timeout(LIMIT_S):
            await service.check()
        health, words = Health.WORKS, "answers"
    except QuotaReached as quota:
        health, words = Health.WORKS, f"answers, and asks us to wait {quota.args_['wait']}"
    except ServiceTrouble as trouble:
        words = _words(trouble, service)
    except TimeoutError:
        pass  # said above
    return Finding(service.title, health, words, tuple(uses))


def _words(trouble: ServiceTrouble, service: Service) -> str:
    """What the operator can do; the errors' own sentences are for listeners."""
    match trouble:
        case AccessRefused():
            return f"refuses us: see the YASR_{service.name.upper()}__… settings, its key first"
        case ServiceDown():
            return "does not answer"
        case UnexpectedAnswer():
            return "gives an answer that I do not understand"
    return str(trouble)


def _network(services: list[Finding]) -> list[Finding]:
    """A machine without a network is one trouble, not ten."""
    if len(services) < 2 or not all("not answer" in finding.words for finding in services):
        return []
    return [Finding("Network", Health.FAILS, "no service answers: this machine seems to be offline")]
