"""Cards into HTML. Everything from outside is escaped, isolated in its writing direction and linked only over https."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlsplit

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from bot.cards import Card, JobCard, LinkButton, PickCard, SlateCard, StatusCard
from bot.fronts.web import alike
from core.model import Arm, Preferences, State
from core.moods import MOODS
from core.verdicts import ROW, value_of

HERE = Path(__file__).parent

# Controls, and the invisible characters that reorder or hide text (Unicode TR36); the joiners of emoji and of
# Persian stay.
_UNSEEN = re.compile("[\x00-\x1f\x7f-\x9f\u061c\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff\ud800-\udfff]+")


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


def _clean(text: str) -> str:
    return _UNSEEN.sub(" ", text).strip()


def _https(url: str) -> bool:
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    return parts.scheme == "https" and bool(parts.hostname) and not _UNSEEN.search(url)


def _art(pick: PickCard) -> str:
    """Where the drawn cover of a pick is; the same song always has the same one."""
    return f"/art/{hashlib.sha256(f'{pick.artist}|{pick.title}'.encode()).hexdigest()[:16]}.svg"


def _row(rated: str) -> Sequence[str]:
    """The emoji to offer; one given elsewhere that is not in the row is shown at its end."""
    return ROW if not rated or rated in ROW else (*ROW, rated)


def _spoken(card: Card) -> str:
    """What a screen reader says when the card changes; a count alone is no news."""
    if isinstance(card, SlateCard):
        count = len(card.picks)
        return f"Your picks are here: {count} {'song' if count == 1 else 'songs'}."
    if card.error:
        return ""  # it is an alert, which speaks for itself
    if card.state is State.CANCELLED:
        return "Cancelled."
    stage = "Saved for later" if card.until else _clean(card.stage)
    return f"{stage}. {card.note}".strip(". ")


def _state(card: Card) -> str:
    return "ready" if isinstance(card, SlateCard) else card.state.value


def _utc(moment: datetime) -> str:
    """For a page without the script, which cannot know the listener's own time zone."""
    return f"{moment.astimezone(UTC):%-d %b, %H:%M} UTC"


def _licence(url: str) -> str:
    """ "CC BY-SA 4.0" for a Creative Commons licence, as its address says it."""
    found = re.match(r"https://creativecommons\.org/licenses/([a-z-]{2,12})/(\d\.\d)\b", url)
    return f"CC {found[1].upper()} {found[2]}" if found else "Licence"


def _fragment(times: tuple[float, float]) -> str:
    """So that a player plays no more than that (W3C, Media Fragments URI 1.0, section 4.2.1); seconds."""
    begin, end = times
    return f"#t={begin:g},{end:g}"


def unfinished(card: Card) -> bool:
    """Whether more is to come for this card."""
    return isinstance(card, JobCard) and card.state not in {State.REFUSED, State.CANCELLED}


_env = Environment(
    loader=FileSystemLoader(HERE / "templates"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)
_env.filters |= {"clean": _clean, "spoken": _spoken, "state": _state}
_env.filters |= {"utc": _utc, "licence": _licence}
_env.filters |= {"art": _art, "row": _row, "value_of": value_of}
_env.filters |= {"drawn": alike.draw, "fragment": _fragment}
_env.tests |= {"https": _https, "slate": lambda card: isinstance(card, SlateCard)}
_env.globals |= {"Arm": Arm, "unfinished": unfinished}


def page(cards: Sequence[Card], status: StatusCard, text_limit: int, knobs: Knobs) -> str:
    """The whole chat page, oldest card first; the box takes ``text_limit`` characters."""
    return _env.get_template("page.html").render(
        cards=cards, status=status, text_limit=text_limit, knobs=knobs, saved=False, moods=MOODS
    )


def card(shown: Card) -> str:
    """One turn of the conversation, as the list item the page holds."""
    return _env.get_template("card.html").render(card=shown)


def message(shown: Card) -> dict[str, str]:
    """What the script needs to show a card: ``request_id``, ``html`` and ``state``."""
    return {"request_id": shown.request_id, "html": card(shown), "state": _state(shown)}


def event(shown: Card) -> bytes:
    """A card as one server-sent event."""
    return _event("card", message(shown))


def status_event(status: StatusCard) -> bytes:
    """The status line as one server-sent event."""
    return _event("status", {"sentence": _clean(status.sentence)})


def _event(kind: str, data: dict[str, str]) -> bytes:
    """An event as WHATWG HTML, section 9.2, writes it; JSON keeps it on one line."""
    return f"event: {kind}\ndata: {json.dumps(data)}\n\n".encode()


def rating(pick_id: int, rated: str) -> str:
    """The emoji row of one pick."""
    return _env.get_template("rating.html").render(pick_id=pick_id, rated=rated)


def settings(knobs: Knobs) -> str:
    """The form of what a listener may turn, as it was just saved."""
    return _env.get_template("settings.html").render(knobs=knobs, saved=True)


def links(buttons: Sequence[LinkButton]) -> str:
    """Where else a song can be heard."""
    return _env.get_template("elsewhere.html").render(buttons=buttons)


def thanks() -> str:
    """What somebody who appealed reads."""
    return _env.get_template("thanks.html").render()


def alone(fragment: str) -> str:
    """A rendered piece as a page of its own, for a browser without the script."""
    return _env.get_template("alone.html").render(fragment=Markup(fragment))  # noqa: S704 - of our own templates


def error(sentence: str) -> str:
    """A page that says what went wrong, for a browser without the script."""
    return _env.get_template("error.html").render(sentence=sentence)
