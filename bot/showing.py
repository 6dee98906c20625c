"""What is shown in a chat as a picture, with the same in words: for those who do not see it, and in its place."""

from __future__ import annotations

from dataclasses import dataclass

from bot import explaining, portraits
from bot.conversation import Talk
from bot.people import Known
from core.errors import NoTasteYet


@dataclass(frozen=True, slots=True)
class Shown:
    """``image`` is a PNG, None where there is none; ``told`` are sentences that say what it shows. ``url`` is where
    the caller, and nobody else, sees more; empty where people cannot reach the page."""

    image: bytes | None
    told: list[str]
    url: str = ""


async def taste(talk: Talk, caller: Known) -> Shown:
    """The caller's taste. Raises NoTasteYet for one who gave too few songs."""
    portrait = await talk.portraits.of(caller.listener)
    if portrait.taste is None:
        raise NoTasteYet()
    drawn = await talk.gallery.picture(caller.listener, portraits.sheet(portrait, caller.words))
    url = talk.passes.link(talk.passes.taste(caller.listener))
    return Shown(drawn.image if drawn else None, portraits.told(portrait, caller.words), url)


async def why(talk: Talk, caller: Known, pick_id: int) -> Shown:
    """Why a pick was shown; whoever sees it may ask. The picture belongs to the one whose pick it is."""
    owner, pick = await talk.picks.shown(pick_id)
    sheet = explaining.sheet(pick, caller.words)
    drawn = await talk.gallery.picture(owner, sheet) if sheet else None
    return Shown(drawn.image if drawn else None, explaining.told(pick, caller.words))
