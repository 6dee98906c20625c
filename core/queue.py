"""The two queues by name, where they are, and how a job's payload is written: JSON, and nothing but ids."""

from __future__ import annotations

import hashlib
import json
import tempfile
from pathlib import Path
from typing import Any

from core.settings import Settings

INTERACTIVE = "yasr:interactive"
BACKGROUND = "yasr:background"
#: The jobs by name: answer a request; look for newcomers around its artists; harvest a source; hear what is new; draw a
#: picture.
RECOMMEND = "recommend"
EXPLORE = "explore"
HARVEST = "harvest"
HEAR = "hear"
PAINT = "paint"
#: The longest path that fits into sockaddr_un everywhere (104 bytes on macOS, 108 on Linux).
_LONGEST_SOCKET = 100


def url_of(settings: Settings) -> str:
    """The Redis in use: the one that was given, or the embedded one of the state folder."""
    return settings.redis_url or f"unix://{socket_in(settings.state_dir / 'redis')}"


def socket_in(folder: Path) -> Path:
    """An embedded Redis's socket: in ``folder``, or in the temporary folder when that path would be too long."""
    place = folder / "redis.sock"
    if len(bytes(place)) <= _LONGEST_SOCKET:
        return place
    return Path(tempfile.gettempdir()) / f"yasr-{hashlib.sha256(bytes(place)).hexdigest()[:16]}.sock"


def dump(job: dict[str, Any]) -> bytes:
    """A job as arq hands it over, as JSON."""
    return json.dumps(job).encode()


def load(payload: bytes) -> dict[str, Any]:
    """A job again."""
    return dict(json.loads(payload))
