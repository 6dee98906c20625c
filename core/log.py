"""Logging, set up once in each process: one line an event, to standard error. It tells what happened, never to whom:
people and places are salted hashes, and what opens something is left out.
"""

from __future__ import annotations

import hashlib
import hmac
import logging
import re
import secrets
import sys
import traceback
from pathlib import Path
from typing import Any

import stamina
import structlog
from structlog.typing import EventDict, ExcInfo

from core import keyfile

#: What names a person, or a place where people are.
_PERSONAL = frozenset(
    {"listener", "handle", "user", "place", "chat", "channel", "guild", "server", "receipt", "account"}
)
_HIDDEN = "[hidden]"
#: What opens something: passes and states in addresses, parameters, headers, the tokens of chat platforms.
_NAMES = "[a-z_]*token|[a-z_]*secret|api_key|code|code_verifier|state"
_SECRETS = (
    (re.compile(r"(/(?:s|me)/|/link/[a-z]+/)[\w-]{16,}"), rf"\1{_HIDDEN}"),
    (re.compile(rf"(?i)\b((?:{_NAMES})=)[^&\s\"'>]+"), rf"\1{_HIDDEN}"),
    (re.compile(r"(?i)\b(bearer|bot|token|basic) [\w.~+/=-]{16,}"), rf"\1 {_HIDDEN}"),
    (re.compile(r"\b\d{6,}:[\w-]{30,}"), _HIDDEN),
    (re.compile(r"\b[\w-]{23,28}\.[\w-]{6,7}\.[\w-]{27,}"), _HIDDEN),
    (re.compile(r"\bgAAAA[\w-]{40,}={0,2}"), _HIDDEN),
)  # fmt: skip


def set_up(process: str, level: str, state_dir: Path) -> None:
    """Names the process in every line; quiets libraries that log whole requests or secrets. The salt of the hashes is
    kept in ``state_dir``, so that who is the same today is the same tomorrow, and nowhere else.
    """
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(_Discreet(f"{process}: %(name)s: %(message)s"))
    logging.basicConfig(handlers=[handler], level=level, force=True)
    for chatty in (
        "arq",
        "aiohttp.access",
        "aiosqlite",  # it logs what is written
        "alembic",
        "discord",
        "httpcore",
        "httpx",
        "spotipy",
        "telegram",
        "urllib3",
    ):
        logging.getLogger(chatty).setLevel(logging.WARNING)
    logging.getLogger("arq.worker").setLevel(logging.CRITICAL)  # our jobs log what breaks; arq says it again
    stamina.instrumentation.set_on_retry_hooks([])  # a retry is no news; what it ends in is
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.ExceptionRenderer(_where),
            Discretion(state_dir),
            structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty()),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelNamesMapping()[level]),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=True,
    )
    structlog.contextvars.bind_contextvars(process=process)


def _where(exc_info: ExcInfo) -> str:
    """Where an error came from, and of what kind it is: its message, and the values of variables, may be somebody's."""
    told: list[str] = []
    error: BaseException | None = exc_info[1]
    while error is not None:
        told.append("".join(traceback.format_list(traceback.extract_tb(error.__traceback__))) + _kind(error))
        error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    return "\nafter\n".join(told)


def _kind(error: BaseException) -> str:
    inner = f" of {', '.join(map(_kind, error.exceptions))}" if isinstance(error, BaseExceptionGroup) else ""
    return type(error).__qualname__ + inner


class Discretion:
    """A processor of structlog's: hashes who it was, and hides what opens something."""

    def __init__(self, state_dir: Path) -> None:
        self._file = state_dir / "log.salt"
        self._salt = b""

    def __call__(self, logger: Any, method: str, event: EventDict) -> EventDict:
        for key, value in event.items():
            if key in _PERSONAL:
                event[key] = self._hashed(str(value))
            elif isinstance(value, str):
                event[key] = hidden(value)
        return event

    def _hashed(self, value: str) -> str:
        if not self._salt:
            self._salt = keyfile.kept(self._file, lambda: secrets.token_bytes(16))
        return hmac.new(self._salt, value.encode("utf-8", "replace"), hashlib.sha256).hexdigest()[:10]


class _Discreet(logging.Formatter):
    """The same for what libraries log."""

    def format(self, record: logging.LogRecord) -> str:
        return hidden(super().format(record))

    def formatException(self, ei: Any) -> str:  # noqa: N802 - the library's name
        return _where(ei)


def hidden(text: str) -> str:
    """The text without what opens something."""
    for pattern, instead in _SECRETS:
        text = pattern.sub(instead, text)
    return text
