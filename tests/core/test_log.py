"""What the logs must not hold."""

from __future__ import annotations

import stat
import subprocess
import sys
from pathlib import Path

import pytest

from core.log import Discretion, hidden

SAYS = """
import logging, sys
from pathlib import Path
from core.log import set_up
set_up("bot", "DEBUG", Path(sys.argv[2]))
logging.getLogger(sys.argv[1]).info("POST https://api.telegram.org/bot1:secret/getMe")
logging.getLogger("core").info("a line of ours")
"""


@pytest.mark.parametrize(
    "library", ["aiosqlite", "httpx", "httpcore.http11", "telegram.ext", "urllib3.connectionpool", "discord.http"]
)
def test_requests_are_not_logged_for_a_token_may_stand_in_their_address(library: str, tmp_path: Path) -> None:
    said = subprocess.run([sys.executable, "-c", SAYS, library, tmp_path], capture_output=True, text=True, check=True)
    assert "secret" not in said.stdout + said.stderr
    assert "a line of ours" in said.stderr


FAILS = """
import logging, sys
from pathlib import Path
import structlog
from core.log import set_up
set_up("bot", "DEBUG", Path(sys.argv[1]))
secret = "of-ada"
try:
    try:
        int(secret)
    except ValueError as cause:
        raise ExceptionGroup(secret, [KeyError(secret)]) from cause
except ExceptionGroup:
    structlog.get_logger().exception("it broke", place="7/8 of-ada", count=3)
logging.getLogger("some.library").warning("GET /x?code=%s", "c0de" * 5)
"""


def test_an_error_tells_where_and_of_what_kind_and_nothing_of_anybody(tmp_path: Path) -> None:
    said = subprocess.run([sys.executable, "-c", FAILS, tmp_path], capture_output=True, text=True, check=True)
    assert "ExceptionGroup of KeyError" in said.stderr and "ValueError" in said.stderr and "line 10" in said.stderr
    assert "count=3" in said.stderr and "it broke" in said.stderr
    assert "of-ada" not in said.stdout + said.stderr and "c0dec0de" not in said.stderr


def test_a_person_is_a_hash_that_stays_the_same_here_and_is_another_elsewhere(tmp_path: Path) -> None:
    (tmp_path / "other").mkdir()
    one, again, other = Discretion(tmp_path), Discretion(tmp_path), Discretion(tmp_path / "other")
    for key in ("listener", "handle", "place", "chat", "account"):
        told = one(None, "info", {"event": "x", key: "ada"})[key]
        assert told == again(None, "info", {"event": "x", key: "ada"})[key] != "ada"
        assert told != one(None, "info", {"event": "x", key: "ben"})[key]
        assert told != other(None, "info", {"event": "x", key: "ada"})[key]
    assert stat.S_IMODE((tmp_path / "log.salt").stat().st_mode) == 0o600
    assert one(None, "info", {"event": "x", "request": "r1", "count": 3}) == {"event": "x", "request": "r1", "count": 3}


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ("GET /s/AAAAAAAAAAQ0123456789abcdef/rate/7", "GET /s/[hidden]/rate/7"),
        ("/link/spotify/Zm9vYmFyZm9vYmFyZm9v failed", "/link/spotify/[hidden] failed"),
        ("/link/spotify?code=AQD&state=xyz", "/link/spotify?code=[hidden]&state=[hidden]"),
        ("Authorization: Bearer BQDa1b2c3d4e5f6g7", "Authorization: Bearer [hidden]"),
        ("bot 110201543:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw went", "bot [hidden] went"),
        ("token=abc, refresh_token=def", "token=[hidden] refresh_token=[hidden]"),
        ("a song of 12:34 by code: none, in state of mind", "a song of 12:34 by code: none, in state of mind"),
        ("/static/page.js /scorecard /me /s/", "/static/page.js /scorecard /me /s/"),
    ],
)
def test_what_opens_something_is_hidden(said: str, told: str) -> None:
    assert hidden(said) == told
