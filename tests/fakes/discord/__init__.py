"""A faithful Discord on loopback, for tests of the front end and of anything else that speaks with Discord."""

from tests.fakes.discord.interactions import Interaction
from tests.fakes.discord.server import Discord
from tests.fakes.discord.state import Channel, Guild, Message, User
from tests.fakes.discord.users import Person

__all__ = ["Channel", "Discord", "Guild", "Interaction", "Message", "Person", "User"]
