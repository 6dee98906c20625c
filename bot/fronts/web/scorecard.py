"""The page that tells everybody how well the picks are liked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from aiohttp import web

from bot.fronts.web.env import env
from bot.scorecards import FRESH_S, Scorecards
from core.scorecard import FEWEST, LIKED, SEED_CLOSE, SEED_WILDCARD, Group, Scorecard

_ARMS = {"close": "Close picks", "wildcard": "Wildcards", "random": "Drawn by chance"}
_SIZES = {
    "tiny": "Hardly anybody follows them",
    "small": "Little known",
    "medium": "Known to some",
    "large": "Well known",
    "unknown": "Nobody counts",
}
_ASKED = {
    "link": "A link",
    "playlist": "Pasted songs, or a list",
    "folder": "Sound files",
    "sample": "The sample playlist",
    "blend": "A blend of several people",
}
_SERVICES = {"demo": "Demo songs by YASR", "file": "Sound files"}
_SEED = {"close": SEED_CLOSE, "wildcard": SEED_WILDCARD}


@dataclass(frozen=True, slots=True)
class _Section:
    """Groups under a heading; ``names`` in the words of the page where it has any."""

    title: str
    groups: Sequence[Group]
    names: Mapping[str, str]


class ScorecardPage:
    """The public card as a page; ``titles`` are the services' by name."""

    def __init__(self, scorecards: Scorecards, titles: Mapping[str, str] | None = None) -> None:
        self._scorecards = scorecards
        self._titles = {**_SERVICES, **(titles or {})}

    def routes(self) -> list[web.RouteDef]:
        return [web.get("/scorecard", self.page)]

    async def page(self, request: web.Request) -> web.Response:
        """The same for everybody, so it needs no cookie and may be kept."""
        text = render(await self._scorecards.public(), self._titles)
        return web.Response(text=text, content_type="text/html", headers={"Cache-Control": f"max-age={FRESH_S}"})


def render(card: Scorecard, titles: Mapping[str, str]) -> str:
    """A card as a whole page; ``titles`` of services by name."""
    sections = [
        _Section("By how well known the artist is", card.audiences, _SIZES),
        _Section("By where the song comes from", card.services, titles),
        _Section("By what was asked with", card.requests, _ASKED),
        _Section("By model", card.models, {}),
    ]
    return env.get_template("scorecard.html").render(
        card=card,
        all=_Section("All picks", card.arms, _ARMS),
        sections=[section for section in sections if any(group.picks for group in section.groups)],
        seed=_SEED,
        fewest=FEWEST,
        liked=LIKED,
    )
