"""A faithful Telegram on loopback, for tests of the front end and of anything else that speaks with the Bot API."""

from tests.fakes.telegram.call import File
from tests.fakes.telegram.people import Person
from tests.fakes.telegram.queries import CallbackQuery, GuestQuery, InlineQuery
from tests.fakes.telegram.server import Telegram
from tests.fakes.telegram.state import Chat, Message, User

__all__ = ["CallbackQuery", "Chat", "File", "GuestQuery", "InlineQuery", "Message", "Person", "Telegram", "User"]
