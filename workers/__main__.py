"""``python -m workers``: the worker process, and the commands of `yasr` that listen or rank."""

from __future__ import annotations

import asyncio
import sys

from core import log, settings
from core.errors import YasrError
from workers import tools


def main(arguments: list[str]) -> int:
    """Runs one command; the exit status is 0, 2 for bad input (said in one line) or 1."""
    loaded = settings.load()
    name, rest = (arguments[0], arguments[1:]) if arguments else ("run", [])
    log.set_up("worker", loaded.log_level, loaded.state_dir)
    try:
        asyncio.run(tools.COMMANDS[name](loaded, rest))
    except YasrError as error:
        print(f"yasr: {error}", file=sys.stderr)  # noqa: T201 - a command line speaks by printing
        return error.exit_status
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
