"""Logging, set up once in each process: one line an event, to standard error."""

from __future__ import annotations

import logging
import sys

import stamina
import structlog


def set_up(process: str, level: str) -> None:
    """Names the process in every line; quiets libraries that log whole requests or secrets."""
    logging.basicConfig(stream=sys.stderr, level=level, format=f"{process}: %(name)s: %(message)s", force=True)
    for chatty in (
        "arq",
        "aiohttp.access",
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
            structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty()),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelNamesMapping()[level]),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=True,
    )
    structlog.contextvars.bind_contextvars(process=process)
