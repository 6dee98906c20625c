"""The clip of a pick as an HTTP answer, whole or in parts."""

from __future__ import annotations

import asyncio
from pathlib import Path

from aiohttp import web

#: First bytes → content type (https://mimesniff.spec.whatwg.org/, section 6.2, and the formats' own specifications).
_SIGNATURES = (
    (0, b"ID3", "audio/mpeg"),
    (0, b"OggS", "audio/ogg"),
    (0, b"fLaC", "audio/flac"),
    (8, b"WAVE", "audio/wav"),
    (4, b"ftyp", "audio/mp4"),
    (0, b"\x1a\x45\xdf\xa3", "audio/webm"),
)
_HEAD = 16


def content_type(head: bytes) -> str:
    """The type that the first 16 bytes of a sound file tell."""
    for offset, signature, kind in _SIGNATURES:
        if head.startswith(signature, offset):
            return kind
    if len(head) > 1 and head[0] == 0xFF and head[1] & 0xE0 == 0xE0:  # an MPEG frame; layer bits 00 mean AAC in ADTS
        return "audio/mpeg" if head[1] & 0x06 else "audio/aac"
    return "application/octet-stream"


def _head(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            return file.read(_HEAD)
    except OSError as error:
        raise web.HTTPNotFound from error


async def answer(request: web.Request, sound: Path | bytes | None) -> web.StreamResponse:
    """A local file, or the bytes of a preview, which no cache may keep; a Range header is followed (RFC 9110, 14).

    Raises HTTPNotFound where there is none.
    """
    if sound is None:
        raise web.HTTPNotFound
    if isinstance(sound, Path):
        kind = content_type(await asyncio.to_thread(_head, sound))
        return web.FileResponse(sound, headers={"Content-Type": kind, "Cache-Control": "private, max-age=3600"})
    headers = {
        "Content-Type": content_type(sound[:_HEAD]),
        "Cache-Control": "private, no-store",
        "Accept-Ranges": "bytes",
    }
    if "Range" not in request.headers:
        return web.Response(body=sound, headers=headers)
    size = len(sound)
    try:
        start, stop, _ = request.http_range.indices(size)
    except ValueError:
        start = stop = 0
    if start >= stop:
        return web.Response(status=416, headers=headers | {"Content-Range": f"bytes */{size}"})
    headers["Content-Range"] = f"bytes {start}-{stop - 1}/{size}"
    return web.Response(status=206, body=sound[start:stop], headers=headers)
