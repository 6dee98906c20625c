"""Files that somebody drops."""

from __future__ import annotations

import io

import pytest
from aiohttp import FormData

from bot.commands import Upload
from bot.fronts.web.handlers import MIB
from tests.bot.fronts.web.visitor import JSON, Visitor
from tests.fakes.commands import FakeCommands


def form(*files: tuple[str, bytes]) -> FormData:
    data = FormData(quote_fields=False)
    for name, body in files:
        data.add_field("files", io.BytesIO(body), filename=name, content_type="application/octet-stream")
    return data


async def test_several_files_arrive_in_order(client: Visitor, commands: FakeCommands) -> None:
    async with client.post("/upload", data=form(("a.csv", b"1"), ("b.flac", b"\0\xff")), headers=JSON) as response:
        assert response.status == 200
    assert commands.last("recommend_files")[2] == (Upload("a.csv", b"1"), Upload("b.flac", b"\0\xff"))


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("../../etc/passwd", "passwd"),
        ("C:\\Music\\song.mp3", "song.mp3"),
        ("folder\\", "folder"),
        ("<script>alert(1)<.csv", "<script>alert(1)<.csv"),
        ("Sigur Rós – Svefn-g-englar 🎻.mp3", "Sigur Rós – Svefn-g-englar 🎻.mp3"),
        ("x" * 500 + ".csv", "x" * 196 + ".csv"),
    ],
)
async def test_odd_file_names(client: Visitor, commands: FakeCommands, name: str, kept: str) -> None:
    async with client.post("/upload", data=form((name, b"x")), headers=JSON) as response:
        assert response.status == 200
        html = (await response.json())["html"]
    assert commands.last("recommend_files")[2] == (Upload(kept, b"x"),)
    assert "<script" not in html


@pytest.mark.parametrize("size", [MIB + 1, 13 * MIB], ids=["over the limit", "over what the server reads"])
async def test_too_much_is_refused_in_a_sentence(client: Visitor, commands: FakeCommands, size: int) -> None:
    async with client.post("/upload", data=form(("a.csv", bytes(size))), headers=JSON) as response:
        assert response.status == 413
        assert "larger than I take (1 MiB)" in (await response.json())["error"]
    assert not commands.count("recommend_files")


async def test_the_limit_holds_for_all_files_together(client: Visitor) -> None:
    half = bytes(MIB // 2 + 1)
    async with client.post("/upload", data=form(("a.csv", half), ("b.csv", half)), headers=JSON) as response:
        assert response.status == 413


async def test_a_text_over_the_limit_is_refused(client: Visitor, commands: FakeCommands) -> None:
    async with client.post("/ask", data={"text": "x" * 1_000_001}, headers=JSON) as response:
        assert response.status == 413
        assert "1,000,000 characters" in (await response.json())["error"]
    assert not commands.count("recommend")


async def test_an_empty_upload_says_so(client: Visitor) -> None:
    async with client.post("/upload", data={"files": ""}, headers=JSON) as response:
        assert response.status == 400
        assert "holds no file" in (await response.json())["error"]
