"""What is said of linking an account, the same in every chat."""

from __future__ import annotations

from dataclasses import dataclass

from bot.conversation import Talk
from bot.lines import NAME, Lines
from bot.people import Known
from core.errors import InPrivate
from core.model import Account


@dataclass(frozen=True, slots=True)
class Invitation:
    """Where the listener is asked to agree: the ``lines`` of a message, the words on its button, and its address."""

    lines: list[str]
    label: str
    url: str


def services(talk: Talk) -> dict[str, str]:
    """All that can be linked: titles by name."""
    return talk.people.linkable | talk.linking.titles


def is_asked_for(talk: Talk, service: str, words: str) -> bool:
    """Whether the service asks the owner of an account, and they have not been asked yet."""
    return service in talk.linking.titles and not words


async def invite(
    talk: Talk, caller: Known, lines: Lines, service: str, place: str, *, saving: bool = False
) -> Invitation:
    """Asks the listener to agree; ``place`` as in :meth:`bot.linking.Linking.begin`."""
    say, title = caller.words.say, talk.linking.titles[service]
    url = await talk.linking.begin(caller, service, place, saving=saving)
    told = [
        say("{service} asks you to agree. The address is for you alone, and works once within ten minutes.",
            service=title),
        say("I read your playlists, your liked songs and what you play most, nothing else. {command} ends it.",
            command=lines.command("unlink", caller.words)),
    ]  # fmt: skip
    if saving:
        told[1] = say(
            "I also make a playlist when you ask for one. {command} ends it.",
            command=lines.command("unlink", caller.words),
        )
    if not talk.linking.is_public:
        told.append(
            say("Your browser may then say that it cannot open a page of {address}. Copy its whole address, and send "
                "it to me here.", address="127.0.0.1")
        )  # fmt: skip
    return Invitation(told, say("Agree at {service}", service=title), url)


async def link(talk: Talk, caller: Known, lines: Lines, service: str, words: str, *, shared: bool = False) -> str:
    """Links by a name, a token, or the address that a browser was sent to; says so. Raises BadInput, ServiceTrouble.

    ``shared``: others can read what was written, which must then be no secret.
    """
    if shared and talk.linking.is_secret(service, words):
        raise InPrivate()
    account = await talk.linking.link(caller.listener, service, words)
    return _linked(talk, caller, lines, account)


async def brought(talk: Talk, caller: Known, lines: Lines, words: str) -> str | None:
    """The same for the address alone, without a word about it; None for any other words."""
    found = talk.linking.brought(words)
    if found is None:
        return None
    account = await talk.linking.finish(found, caller.listener)
    return _linked(talk, caller, lines, account)


def _linked(talk: Talk, caller: Known, lines: Lines, account: Account) -> str:
    return caller.words.say(
        "Linked: {name} on {service}. {command} now works without a link.",
        command=lines.command("recommend", caller.words),
        name=lines.name(account.handle, NAME), service=services(talk)[account.service],
    )  # fmt: skip
