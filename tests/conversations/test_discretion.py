"""A whole conversation leaves nothing of what was said, and its log nothing of who said it."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conversations.discreet import FRONTS
from tests.conversations.table import LINK, SONGS


@pytest.mark.parametrize("front", FRONTS)
def test_no_words_are_kept_and_nobody_is_named_in_the_log(front: str, tmp_path: Path) -> None:
    command = [sys.executable, "-m", "tests.conversations.discreet", front, tmp_path]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-3000:]
    secrets: dict[str, str] = json.loads(done.stdout)
    kept = b"".join(file.read_bytes() for file in sorted(tmp_path.iterdir()) if file.is_file())
    # The search finds what is there.
    assert LINK.encode() in kept and SONGS[0].encode() in kept
    assert "asyncio" in done.stderr, "it is logged in full"
    for name, secret in secrets.items():
        found = re.search(rf"(?<!\w){re.escape(secret)}(?!\w)", done.stderr)
        assert found is None, (name, done.stderr[max(0, found.start() - 200) : found.end()])
        if name != "name":  # three letters are found by chance; people's names are in no column at all
            assert secret.encode() not in kept, name
    assert LINK not in done.stderr
