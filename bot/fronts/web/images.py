"""A picture that a worker draws, as an HTTP answer."""

from __future__ import annotations

from aiohttp import web

from core.store.pictures import Picture

#: Seconds until it is worth to ask again for one that was not drawn in time.
_AGAIN_S = 30


def answer(picture: Picture | None) -> web.Response:
    """The PNG, for its listener's browser alone to keep; 503 where it cannot be had now: the page says it in words."""
    if picture is None or picture.image is None:
        return web.Response(status=503, headers={"Retry-After": str(_AGAIN_S), "Cache-Control": "no-store"})
    headers = {"Cache-Control": "private, max-age=3600", "X-Robots-Tag": "noindex, nofollow"}
    return web.Response(body=picture.image, content_type="image/png", headers=headers)
