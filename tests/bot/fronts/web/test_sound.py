"""The clip of a pick, whole or in parts (RFC 9110, section 14)."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.fronts.web.sound import content_type
from tests.bot.fronts.web.test_alike import passage
from tests.bot.fronts.web.visitor import Visitor, ask
from tests.fakes.commands import FakeCommands, pick

CLIP = b"ID3\x04" + bytes(range(256)) * 4


@pytest.fixture(params=["a file", "fetched bytes"])
def clip(request: pytest.FixtureRequest, commands: FakeCommands, tmp_path: Path) -> str:
    path = tmp_path / "clip.bin"
    path.write_bytes(CLIP)
    commands.sounds[1] = path if request.param == "a file" else CLIP
    return str(request.param)


async def test_the_whole_clip(client: Visitor, clip: str) -> None:
    async with client.get("/sound/1") as response:
        assert (response.status, response.content_type) == (200, "audio/mpeg")
        assert response.headers["Accept-Ranges"] == "bytes"
        assert await response.read() == CLIP
        cache = response.headers["Cache-Control"]
    assert "private" in cache
    assert ("no-store" in cache) == (clip == "fetched bytes")


@pytest.mark.parametrize(
    ("asked", "part"),
    [
        ("bytes=0-3", slice(0, 4)),
        ("bytes=100-", slice(100, None)),
        ("bytes=-8", slice(-8, None)),
        ("bytes=5-999999", slice(5, None)),
    ],
)
@pytest.mark.usefixtures("clip")
async def test_a_part_of_it(client: Visitor, asked: str, part: slice) -> None:
    async with client.get("/sound/1", headers={"Range": asked}) as response:
        assert response.status == 206
        assert await response.read() == CLIP[part]
        start, stop, _ = part.indices(len(CLIP))
        assert response.headers["Content-Range"] == f"bytes {start}-{stop - 1}/{len(CLIP)}"


@pytest.mark.usefixtures("clip")
async def test_a_part_it_has_not(client: Visitor) -> None:
    async with client.get("/sound/1", headers={"Range": "bytes=5000-6000"}) as response:
        assert response.status == 416
        assert response.headers["Content-Range"] == f"bytes */{len(CLIP)}"


async def test_no_clip(client: Visitor, commands: FakeCommands, tmp_path: Path) -> None:
    commands.sounds[2] = tmp_path / "gone.ogg"
    for number in (1, 2):
        assert (await client.get(f"/sound/{number}")).status == 404


async def test_the_listeners_own_song(
    client: Visitor, stranger: Visitor, commands: FakeCommands, tmp_path: Path
) -> None:
    commands.answer(await ask(client), pick(1, passage=passage((3, 18), (12, 27))), pick(2))
    commands.seed_sounds |= {1: CLIP, 2: CLIP}
    async with client.get("/sound/1/mine", headers={"Range": "bytes=0-3"}) as response:
        assert (response.status, response.content_type) == (206, "audio/mpeg")
        assert await response.read() == CLIP[:4]
    assert (await stranger.get("/sound/1/mine")).status == 404
    assert (await client.get("/sound/2/mine")).status == 404, "it has no passage"
    assert (await client.get("/sound/99/mine")).status == 404
    commands.seed_sounds[1] = tmp_path / "gone.ogg"
    assert (await client.get("/sound/1/mine")).status == 404


@pytest.mark.parametrize(
    ("head", "kind"),
    [
        (b"ID3\x03", "audio/mpeg"),
        (b"\xff\xfb\x90\x00", "audio/mpeg"),
        (b"\xff\xf1\x50\x80", "audio/aac"),
        (b"OggS\0\2", "audio/ogg"),
        (b"fLaC\0", "audio/flac"),
        (b"RIFF\x24\0\0\0WAVEfmt ", "audio/wav"),
        (b"\0\0\0\x20ftypM4A ", "audio/mp4"),
        (b"\x1a\x45\xdf\xa3", "audio/webm"),
        (b"<html><script>", "application/octet-stream"),
        (b"RIFF\x24\0\0\0AVI ", "application/octet-stream"),
        (b"\xff", "application/octet-stream"),
        (b"", "application/octet-stream"),
    ],
)
def test_the_bytes_tell_the_type(head: bytes, kind: str) -> None:
    assert content_type(head) == kind
