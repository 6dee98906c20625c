"""The way from a chat to a listener's own pages."""

from __future__ import annotations

from bot.conversation import Talk
from bot.people import Known
from core.errors import NotYours


async def to_slate(talk: Talk, caller: Known, request_id: str) -> str:
    """The address of a request's page, for the one whose request it is. Raises NotYours for anybody else, and where
    there is no page that people can reach."""
    await talk.commands.card(caller.listener, request_id, caller.words)
    if not (link := talk.passes.link(talk.passes.slate(caller.listener, request_id))):
        raise NotYours()
    return link


def told(caller: Known) -> tuple[str, str]:
    """What is said beside the address, and on its button."""
    return (
        caller.words.say("The songs of your answer and more, to hear, sort out and take along. The address is yours "
                         "alone: whoever has it rates as you."),
        caller.words.say("Open the page"),
    )  # fmt: skip
