"""Deezer's requests: errors that come with status 200, a quota that passes within seconds, and listings in pages."""

from __future__ import annotations

from collections.abc import Mapping

import stamina
from yarl import URL

from core.errors import QuotaReached, ServiceTrouble, UnexpectedAnswer
from core.said import Said
from core.services import _notes
from core.services._deezer_rows import rows_of, trouble_of
from core.services._fields import Row, mapping
from core.services._http import Http
from core.services._retry import Passing


class Api:
    """The API at ``base_url``; raises a core.errors.ServiceTrouble."""

    def __init__(self, base_url: str, http: Http) -> None:
        self._base = base_url.rstrip("/")
        self._http = http

    async def get(self, path: str, params: Mapping[str, str | int] | None = None, what: str = "page") -> Row:
        """One answer as an object; ``what`` names the thing when it is gone. A used-up quota is waited for, once."""
        tries = stamina.AsyncRetryingCaller(attempts=2, timeout=None).on(_wait_of)
        try:
            return await tries(self._once, path, params, what)
        except Passing as failure:
            raise failure.trouble from failure

    async def follow(self, path: str, have: int, most: int) -> tuple[list[object], Said | None]:
        """The rows from page ``path`` on, until there are ``most`` with the ``have`` that were read before.

        With them comes why they end early, None when they do not.
        """
        rows: list[object] = []
        seen: set[str] = set()
        while path:
            if have + len(rows) >= most:
                return rows[: most - have], _notes.at_most(most)
            if path in seen:
                return rows, _notes.circle("Deezer")
            seen.add(path)
            try:
                page = await self.get(path)
                found = rows_of(page)
            except ServiceTrouble as trouble:
                return rows, _notes.stopped("Deezer", trouble)
            rows += found
            path = self.next_of(page) if found else ""
        return rows[: most - have], None

    def next_of(self, listing: object) -> str:
        """The path of a listing's next page, "" on the last one; Deezer's links always name its own host."""
        link = mapping(listing).get("next")
        try:
            path = URL(link).raw_path_qs if isinstance(link, str) else ""
        except ValueError:
            return ""
        return path.removeprefix(URL(self._base).raw_path.rstrip("/")).lstrip("/")

    async def _once(self, path: str, params: Mapping[str, str | int] | None, what: str) -> Row:
        # Errors come with status 200 and preview links die within minutes: neither must come from a cache.
        answer = await self._http.get_json(f"{self._base}/{path}", params, what, fresh=True)
        if not isinstance(answer, Mapping):
            raise UnexpectedAnswer(service="Deezer")
        if answer.get("error"):
            trouble = trouble_of(answer["error"], what)
            raise Passing(trouble, trouble.seconds) if isinstance(trouble, QuotaReached) else trouble
        return answer


def _wait_of(error: Exception) -> bool | float:
    """For stamina: how long to wait before the second try; False where there is none."""
    return error.after_s or False if isinstance(error, Passing) else False
