"""What every front end speaks through: the commands and their neighbours, over an open store, queue and services."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass

from bot import state
from bot.blends import Blends
from bot.commands import Commands
from bot.gallery import Gallery
from bot.linking import Linking
from bot.listing import Listings
from bot.passes import Passes
from bot.people import People
from bot.picks import Picks
from bot.portraits import Portraits
from bot.queue import ArqQueue
from bot.saving import Saving
from bot.scorecards import Scorecards
from bot.tastes import Tastes
from core.linked import Linked
from core.ports import JobQueue
from core.queue import url_of
from core.services import Services
from core.settings import Settings
from core.store.media import Media
from core.store.posts import Posts
from core.store.store import Store
from core.store.tokens import Tokens
from core.uploads import Uploads
from core.vault import Vault


@dataclass(frozen=True, slots=True)
class Talk:
    """The rooms of a conversation: ``commands`` ask, ``picks`` are rated, ``people`` are those who ask, ``blends`` and
    ``tastes`` are what several of them do together, ``posts`` say which message shows what, ``media`` which files a
    platform has already, ``tokens`` what a short name stands for, ``scorecards`` how well the picks are liked,
    ``passes`` where somebody's own pages are, ``linking`` how accounts are linked, ``saving`` how they take songs,
    ``listings`` the songs beyond an answer's picks, ``gallery`` pictures, ``portraits`` what a listener is like.
    """

    commands: Commands
    picks: Picks
    people: People
    blends: Blends
    tastes: Tastes
    posts: Posts
    media: Media
    tokens: Tokens
    scorecards: Scorecards
    passes: Passes
    linking: Linking
    saving: Saving
    listings: Listings
    gallery: Gallery
    portraits: Portraits


def talk(store: Store, queue: JobQueue, services: Services, settings: Settings) -> Talk:
    """A conversation over what is open."""
    people, vault = People(store, services), Vault.of(settings)
    picks = Picks(store, services, settings)
    passes = Passes(state.key(settings.state_dir), settings.web.public_url)
    return Talk(
        Commands(store, queue, Uploads(settings.state_dir), services, settings, passes),
        picks,
        people,
        Blends(store),
        Tastes(store),
        store.posts,
        store.media,
        store.tokens,
        Scorecards(store.scores, settings.catalogue.scales),
        passes,
        Linking(store, services, people, vault, settings),
        Saving(store, services, Linked(store.accounts, vault, services.grantors), vault),
        Listings(store, picks.clip, picks.sounding, services.titles, settings.catalogue),
        Gallery(store.pictures, queue),
        Portraits(store, settings.catalogue.scales),
    )


@asynccontextmanager
async def conversation(settings: Settings) -> AsyncIterator[tuple[Talk, Store, ArqQueue]]:
    """A conversation, and the store and queue it stands on."""
    async with AsyncExitStack() as stack:
        store = await Store.open(settings.store_url)
        stack.push_async_callback(store.close)
        queue = await ArqQueue.open(url_of(settings))
        stack.push_async_callback(queue.close)
        services = await stack.enter_async_context(Services(settings))
        yield talk(store, queue, services, settings), store, queue
