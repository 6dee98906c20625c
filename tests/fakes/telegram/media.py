"""Files: uploaded, fetched from an address, or sent again by their file_id.

https://core.telegram.org/bots/api#sending-files
"""

from __future__ import annotations

import io
from dataclasses import dataclass
from itertools import count
from typing import Any

from PIL import Image, UnidentifiedImageError

from tests.fakes.telegram.call import Call, File
from tests.fakes.telegram.errors import WRONG_FILE, bad_request
from tests.fakes.telegram.state import Stored

MEGABYTE = 2**20
MOST_BY_URL = {"photo": 5 * MEGABYTE, "audio": 20 * MEGABYTE, "voice": 20 * MEGABYTE, "document": 20 * MEGABYTE}
MOST_UPLOADED = {"photo": 10 * MEGABYTE, "audio": 50 * MEGABYTE, "voice": 50 * MEGABYTE, "document": 50 * MEGABYTE}
MOST_DOWNLOADED = 20 * MEGABYTE
TYPES = {
    "photo": ("image/jpeg", "image/png", "image/webp"),
    "audio": ("audio/mpeg", "audio/mp4", "audio/x-m4a"),
    "voice": ("audio/ogg", "audio/mpeg", "audio/mp4", "audio/x-m4a"),
    "document": ("application/pdf", "application/zip", "image/gif"),  # others are only taken as uploads
}
LONGEST_SIDES, LONGEST_RATIO = 10_000, 20
_SUFFIX = {"photo": "jpg", "audio": "mp3", "voice": "oga", "document": "bin"}
_DEFAULT_SIZE = (640, 640)


@dataclass(frozen=True, slots=True)
class Remote:
    """What an address serves; ``data`` is None where a test does not care for the bytes."""

    content_type: str
    data: bytes | None
    size: int


class Library:
    """All files that Telegram has, and all addresses it can fetch from."""

    def __init__(self) -> None:
        self.remote: dict[str, Remote] = {}
        self.stored: dict[str, Stored] = {}
        self._numbers = count(1)

    def take(self, kind: str, source: Any, call: Call, about: dict[str, Any]) -> Stored:
        """The file that ``source`` names: an upload, "attach://", an address or a file_id. Raises Refused.

        ``about`` may hold "duration", "performer" and "title".
        """
        if isinstance(source, str) and source.startswith("attach://"):
            source = call.files.get(source.removeprefix("attach://"))
        if isinstance(source, File):
            if len(source.data) > MOST_UPLOADED[kind]:
                raise bad_request(f"file is too big, {kind}")
            return self.store(kind, source.data, source.name, about)
        if not isinstance(source, str) or not source:
            raise bad_request(f"there is no {kind} in the request")
        if source.startswith(("http://", "https://")):
            return self._fetch(kind, source, about)
        return self._again(kind, source)

    def store(
        self, kind: str, data: bytes | None, name: str, about: dict[str, Any], *, size: int = 0, mime: str = ""
    ) -> Stored:
        """A new file; only of a photo is the inside looked at."""
        number = next(self._numbers)
        looks: dict[str, Any] = {"file_id": f"{kind}-{number:08}", "file_unique_id": f"unique-{number}"}
        looks["file_size"] = size if data is None else len(data)
        if kind == "photo":
            looks["width"], looks["height"] = _size(data)
        else:
            looks |= {"mime_type": mime} if mime else {}
            looks |= {"file_name": name} if name and kind != "voice" else {}
        if kind in ("audio", "voice"):
            looks["duration"] = about.get("duration", 0)
        if kind == "audio":
            looks |= {key: about[key] for key in ("performer", "title") if about.get(key)}
        path = f"{kind}s/file_{number}.{_SUFFIX[kind]}"
        stored = self.stored[looks["file_id"]] = Stored(kind, looks, data, path)
        return stored

    def find(self, file_id: str) -> Stored:
        if file_id not in self.stored:
            raise bad_request(WRONG_FILE)
        return self.stored[file_id]

    def _fetch(self, kind: str, url: str, about: dict[str, Any]) -> Stored:
        remote = self.remote.get(url)
        if remote is None:
            raise bad_request("failed to get HTTP URL content")
        if remote.content_type not in TYPES[kind] or remote.size > MOST_BY_URL[kind]:
            raise bad_request(WRONG_FILE)
        name = url.rsplit("/", 1)[-1]
        return self.store(kind, remote.data, name, about, size=remote.size, mime=remote.content_type)

    def _again(self, kind: str, file_id: str) -> Stored:
        stored = self.find(file_id)
        if stored.kind != kind:
            raise bad_request(f"can't use file of type {stored.kind.title()} as {kind.title()}")
        return stored


def _size(data: bytes | None) -> tuple[int, int]:
    if data is None:
        return _DEFAULT_SIZE
    try:
        with Image.open(io.BytesIO(data)) as image:
            width, height = image.size
    except UnidentifiedImageError:
        raise bad_request("IMAGE_PROCESS_FAILED") from None
    if width + height > LONGEST_SIDES or max(width, height) > LONGEST_RATIO * min(width, height):
        raise bad_request("PHOTO_INVALID_DIMENSIONS")
    return width, height
