"""The templates of all pages, and what they know: everything from outside is escaped, isolated in its writing direction
and linked only over https.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path
from urllib.parse import urlsplit

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from bot.cards import Card, JobCard, PickCard, SlateCard
from bot.fronts.web import alike
from bot.listing import SongCard
from core.model import Arm, State
from core.verdicts import ROW, value_of

HERE = Path(__file__).parent

# Controls, and the invisible characters that reorder or hide text (Unicode TR36); the joiners of emoji and of
# Persian stay.
_UNSEEN = re.compile("[\x00-\x1f\x7f-\x9f\u061c\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff\ud800-\udfff]+")


def clean(text: str) -> str:
    return _UNSEEN.sub(" ", text).strip()


def _https(url: str) -> bool:
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    return parts.scheme == "https" and bool(parts.hostname) and not _UNSEEN.search(url)


def _art(pick: PickCard | SongCard) -> str:
    """Where the drawn cover of a pick is; the same song always has the same one."""
    return f"/art/{hashlib.sha256(f'{pick.artist}|{pick.title}'.encode()).hexdigest()[:16]}.svg"


def _row(rated: str) -> Sequence[str]:
    """The emoji to offer; one given elsewhere that is not in the row is shown at its end."""
    return ROW if not rated or rated in ROW else (*ROW, rated)


@lru_cache(256)
def _buttons(rated: str) -> Markup:
    """The buttons of the scale, which are the same under every song that is rated alike: sixty times on a page."""
    return Markup(env.get_template("buttons.html").render(rated=rated))  # noqa: S704 - our own template, escaped


def _spoken(card: Card) -> str:
    """What a screen reader says when the card changes; a count alone is no news."""
    if isinstance(card, SlateCard):
        count = len(card.picks)
        return f"Your picks are here: {count} {'song' if count == 1 else 'songs'}."
    if card.error:
        return ""  # it is an alert, which speaks for itself
    if card.state is State.CANCELLED:
        return "Cancelled."
    stage = "Saved for later" if card.until else clean(card.stage)
    return f"{stage}. {card.note}".strip(". ")


def state(card: Card) -> str:
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


env = Environment(
    loader=FileSystemLoader(HERE / "templates"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)
env.filters |= {"clean": clean, "spoken": _spoken, "state": state}
env.filters |= {"buttons": _buttons}
env.filters |= {"utc": _utc, "licence": _licence}
env.filters |= {"art": _art, "row": _row, "value_of": value_of}
env.filters |= {"drawn": alike.draw, "fragment": _fragment}
env.tests |= {"https": _https, "slate": lambda card: isinstance(card, SlateCard)}
# A piece that the script puts into a page has no mark of its own: the script sends that of the page.
env.globals |= {"Arm": Arm, "unfinished": unfinished, "csrf": ""}
