"""spotDL (https://spotdl.readthedocs.io): whole songs, for operators who have the right to the audio; off by default.

It runs in an environment of its own, because it pins half of the world's libraries, and in a process of its own, which
is killed with everything it started when it takes too long.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import signal
import tempfile
from pathlib import Path

import structlog

from core.errors import ServiceDown, ServiceTrouble, TooBig, UnexpectedAnswer
from core.model import Track
from core.ports import Off
from core.said import said
from core.services._fields import mapping, text
from core.settings import Settings as AllSettings
from core.settings import Spotdl as Settings

log = structlog.get_logger()
_CHILD = Path(__file__).with_name("_spotdl_child.py")
#: What the child may know of our environment: where programs are, and how to reach the network.
_PASSED_ON = ("PATH", "LANG", "LC_ALL", "TZ", "SSL_CERT_FILE", "HTTPS_PROXY", "https_proxy")
_CHECK_S = 60.0  # it takes 10 s to import


def connect(settings: AllSettings) -> Spotdl | Off:
    """spotDL as the settings want it."""
    if not settings.spotdl.python:
        return Off(Spotdl.name, Spotdl.title, "set YASR_SPOTDL__PYTHON if you have the right to download music")
    return Spotdl(settings.spotdl, settings.audio.max_mb)


class Spotdl:
    """A SoundSource that is asked when no other has the sound."""

    name = "spotdl"
    title = "spotDL"

    def __init__(self, settings: Settings, max_mb: int) -> None:
        self._python = settings.python
        self._timeout_s = settings.timeout_s
        self._max_mb = max_mb

    async def close(self) -> None:
        """Nothing stays open between songs."""

    async def check(self) -> None:
        """Imports spotDL in its environment."""
        with tempfile.TemporaryDirectory(prefix="yasr-spotdl-") as folder:
            await self._run(["-c", "import spotdl"], b"", Path(folder), _CHECK_S)

    async def find(self, track: Track) -> Track | None:
        """The song by its names: whether it can be had shows when it is fetched."""
        return Track(
            track.title, track.artists, self.name, f"{track.artist}\n{track.title}", duration_s=track.duration_s
        )

    async def preview(self, track: Track) -> bytes | None:
        """The whole song; None when it is not found. Raises ServiceDown when it takes too long, and TooBig."""
        if track.source != self.name:
            return None
        wanted = {"title": track.title, "artists": list(track.artists), "duration_s": track.duration_s or 0}
        with tempfile.TemporaryDirectory(prefix="yasr-spotdl-") as name:
            folder = Path(name).resolve()
            # -P: without the folder of the script, where this very file has the name of the package.
            output = await self._run(["-P", str(_CHILD)], json.dumps(wanted).encode(), folder, self._timeout_s)
            answer = _last_line(output)
            if not (path := text(answer.get("path"))):
                log.info("not downloaded", why=text(answer.get("error"))[:200])
                return None
            return await asyncio.to_thread(self._taken, folder, folder / path)

    def _taken(self, folder: Path, file: Path) -> bytes:
        """The file's bytes, if it lies where it should and is no larger than it may be."""
        if not file.resolve().is_relative_to(folder) or not file.is_file():
            raise UnexpectedAnswer(service=self.title)
        if file.stat().st_size > self._max_mb * 2**20:
            raise TooBig(what=said("This song"), limit=f"{self._max_mb} MiB")
        return file.read_bytes()

    async def _run(self, arguments: list[str], fed: bytes, folder: Path, timeout_s: float) -> bytes:
        """Standard output of the environment's Python, which leads a process group of its own."""
        environment = {name: os.environ[name] for name in _PASSED_ON if name in os.environ}
        pipe = asyncio.subprocess.PIPE
        try:
            process = await asyncio.create_subprocess_exec(
                self._python, *arguments, stdin=pipe, stdout=pipe, stderr=pipe, cwd=folder,
                env={**environment, "HOME": str(folder)}, start_new_session=True,
            )  # fmt: skip
        except OSError as error:
            raise ServiceTrouble(service=self.title, problem=said("YASR_SPOTDL__PYTHON cannot be run")) from error
        try:
            async with asyncio.timeout(timeout_s):
                output, complaint = await process.communicate(fed)
        except TimeoutError as error:
            raise ServiceDown(service=self.title) from error
        finally:
            with contextlib.suppress(ProcessLookupError):  # also what it started and left behind
                os.killpg(process.pid, signal.SIGKILL)
            await process.wait()
        if process.returncode:
            log.warning("spotdl failed", status=process.returncode, why=complaint.decode("utf-8", "replace")[-300:])
            raise ServiceTrouble(service=self.title, problem=said("it ended with an error"))
        return output


def _last_line(output: bytes) -> dict[str, object]:
    lines = output.decode("utf-8", "replace").strip().splitlines()
    try:
        return dict(mapping(json.loads(lines[-1]))) if lines else {}
    except ValueError:
        return {}
