"""Cards into HTML."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from bot.cards import Card, LinkButton, StatusCard
from bot.fronts.web.env import clean, env, state
from core.model import Preferences
from core.moods import MOODS

#: Each audience in a few honest words; the numbers behind them are the operator's.
_AUDIENCES = {
    "tiny": "Tiny – hardly anybody follows them",
    "small": "Small – a little-known act",
    "medium": "Medium – known to some",
    "any": "Any – the better known ones, too",
}
_WEEKS = (2, 4, 8, 13, 26)


@dataclass(frozen=True, slots=True)
class Knobs:
    """What a listener may turn: what is ``set``, what holds where nothing is, and the ``longest`` time in weeks."""

    set: Preferences
    defaults: Preferences
    longest: int

    @property
    def audiences(self) -> dict[str, str]:
        return {"": f"As this YASR is set: {self.defaults.audience}", **_AUDIENCES}

    @property
    def weeks(self) -> dict[int, str]:
        """One that was set elsewhere is among them."""
        offered = sorted({*(weeks for weeks in _WEEKS if weeks <= self.longest), self.set.weeks} - {0})
        return {0: f"As this YASR is set: {self.defaults.weeks} weeks", **{n: f"Last {n} weeks" for n in offered}}


def page(cards: Sequence[Card], status: StatusCard, text_limit: int, knobs: Knobs, csrf: str) -> str:
    """The whole chat page, oldest card first; the box takes ``text_limit`` characters."""
    return env.get_template("page.html").render(
        cards=cards, status=status, text_limit=text_limit, knobs=knobs, saved=False, moods=MOODS, csrf=csrf
    )


def onward(path: str) -> str:
    """A page that leads to another one of ours."""
    return env.get_template("onward.html").render(path=path)


def card(shown: Card) -> str:
    """One turn of the conversation, as the list item the page holds."""
    return env.get_template("card.html").render(card=shown)


def message(shown: Card) -> dict[str, str]:
    """What the script needs to show a card: ``request_id``, ``html`` and ``state``."""
    return {"request_id": shown.request_id, "html": card(shown), "state": state(shown)}


def event(shown: Card) -> bytes:
    """A card as one server-sent event."""
    return _event("card", message(shown))


def status_event(status: StatusCard) -> bytes:
    """The status line as one server-sent event."""
    return _event("status", {"sentence": clean(status.sentence)})


def _event(kind: str, data: dict[str, str]) -> bytes:
    """An event as WHATWG HTML, section 9.2, writes it; JSON keeps it on one line."""
    return f"event: {kind}\ndata: {json.dumps(data)}\n\n".encode()


def rating(pick_id: int, rated: str) -> str:
    """The emoji row of one pick."""
    return env.get_template("rating.html").render(action=f"/rate/{pick_id}", rated=rated)


def settings(knobs: Knobs) -> str:
    """The form of what a listener may turn, as it was just saved."""
    return env.get_template("settings.html").render(knobs=knobs, saved=True)


def links(buttons: Sequence[LinkButton]) -> str:
    """Where else a song can be heard."""
    return env.get_template("elsewhere.html").render(buttons=buttons)


def thanks() -> str:
    """What somebody who appealed reads."""
    return env.get_template("thanks.html").render()


def alone(fragment: str) -> str:
    """A rendered piece as a page of its own, for a browser without the script."""
    return env.get_template("alone.html").render(fragment=Markup(fragment))  # noqa: S704 - of our own templates


def error(sentence: str) -> str:
    """A page that says what went wrong, for a browser without the script."""
    return env.get_template("error.html").render(sentence=sentence)
