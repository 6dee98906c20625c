"""One request to the REST interface, and the answer to it."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web

from tests.fakes.discord.errors import invalid_form
from tests.fakes.discord.writing import File

_FILE = re.compile(r"files\[(\d+)\]")


@dataclass(frozen=True, slots=True)
class Call:
    """What was asked: the variables of the path, the query, the body (None when there was none), the files."""

    path: dict[str, str]
    query: dict[str, str]
    body: Any = None
    files: list[File] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Answer:
    """A status and a body; no body is 204."""

    body: Any = None

    @property
    def status(self) -> int:
        return 204 if self.body is None else 200


async def read(request: web.Request) -> Call:
    """Reads a request; raises Refused when its body cannot be understood."""
    path, query = dict(request.match_info), dict(request.query)
    if request.content_type == "multipart/form-data":
        form = await request.post()
        files = []
        for name, part in form.items():
            if isinstance(part, web.FileField) and (index := _FILE.fullmatch(name)):
                files.append(File(int(index[1]), part.filename, part.file.read()))
        return Call(path, query, json.loads(str(form["payload_json"])), files)
    text = await request.text()
    if not text:
        return Call(path, query)
    if request.content_type != "application/json":
        raise invalid_form("_", "CONTENT_TYPE_INVALID", f"Expected application/json, not {request.content_type}")
    return Call(path, query, json.loads(text))
