"""What the logs must not hold."""

from __future__ import annotations

import subprocess
import sys

import pytest

SAYS = """
import logging, sys
from core.log import set_up
set_up("bot", "DEBUG")
logging.getLogger(sys.argv[1]).info("POST https://api.telegram.org/bot1:secret/getMe")
logging.getLogger("core").info("a line of ours")
"""


@pytest.mark.parametrize(
    "library", ["httpx", "httpcore.http11", "telegram.ext", "urllib3.connectionpool", "discord.http"]
)
def test_requests_are_not_logged_for_a_token_may_stand_in_their_address(library: str) -> None:
    said = subprocess.run([sys.executable, "-c", SAYS, library], capture_output=True, text=True, check=True)
    assert "secret" not in said.stdout + said.stderr
    assert "a line of ours" in said.stderr
