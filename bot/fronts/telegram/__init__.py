"""The Telegram front end, on python-telegram-bot."""

import os

# How long Telegram asks to wait comes as a timedelta, as it will by default in the library's next version.
os.environ.setdefault("PTB_TIMEDELTA", "true")
