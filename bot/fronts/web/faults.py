"""What went wrong, as one sentence: the edge of the process for everything a page asks."""

from __future__ import annotations

import secrets

import structlog
from aiohttp import web
from aiohttp.typedefs import Handler

from bot.fronts.web import views
from core.errors import BadInput, NotYours, TooBig, YasrError

log = structlog.get_logger(__name__)

#: The most particular class comes first.
_STATUS: tuple[tuple[type[YasrError], int], ...] = ((TooBig, 413), (NotYours, 404), (BadInput, 400), (YasrError, 503))


def wants_json(request: web.Request) -> bool:
    """The page's script asks for JSON; a browser that sends a form by itself asks for a page."""
    return "application/json" in request.headers.get("Accept", "")


def _fault(request: web.Request, sentence: str, status: int) -> web.Response:
    if wants_json(request):
        return web.json_response({"error": sentence}, status=status)
    return web.Response(text=views.error(sentence), status=status, content_type="text/html")


@web.middleware
async def sentences(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Turns every error into a sentence for the listener; one nobody expected is logged under an id they can quote."""
    try:
        return await handler(request)
    except YasrError as error:
        return _fault(request, str(error), next(status for kind, status in _STATUS if isinstance(error, kind)))
    except web.HTTPNotFound:
        return _fault(request, "There is no such page.", 404)
    except web.HTTPException as error:
        if error.status < 400:
            raise
        return _fault(request, error.text or error.reason, error.status)
    except ConnectionResetError:
        raise  # the listener has left: there is nobody to tell
    except Exception:
        number = secrets.token_hex(4)
        log.exception("a page could not be served", id=number, method=request.method, path=request.path)
        return _fault(request, f"Something went wrong on our side (id {number}). Please try again in a minute.", 500)
