"""Parameters become what a message says, or are refused; and what Telegram finds in a text by itself."""

from __future__ import annotations

import re
from typing import Any

from tests.fakes.telegram.entities import order, parse_html, units
from tests.fakes.telegram.errors import bad_request

MOST_TEXT, MOST_CAPTION, MOST_ENTITIES = 4096, 1024, 100
_USER_LINK = re.compile(r"tg://user\?id=(\d+)")
_FOUND = [
    ("bot_command", re.compile(r"(?<![\w/@])/[a-zA-Z0-9_]{1,64}(?:@[a-zA-Z0-9_]{3,32})?(?![\w/@])")),
    ("mention", re.compile(r"(?<![\w@])@[a-zA-Z0-9_]{4,32}(?!\w)")),
    ("url", re.compile(r"(?<![\w@])(?:https?://[^\s/?#<>\"]*\.[^\s<>\"]*|www\.[^\s<>\"]+)(?<![.,:;!?)'])")),
    ("hashtag", re.compile(r"(?<!\w)#\w*[^\W\d]\w*")),
]
_CLOSED = ("pre", "code", "text_link", "text_mention")

Body = tuple[str, list[dict[str, Any]]]


def text(parameters: dict[str, Any], users: dict[int, dict[str, Any]], name: str = "text") -> Body:
    """What a message says; ``users`` are those that a link may mention, as the API shows them."""
    body = _body(parameters, users, name, "entities")
    if not body[0]:
        raise bad_request("message text is empty")
    if units(body[0]) > MOST_TEXT:
        raise bad_request("message is too long")
    return body


def caption(parameters: dict[str, Any], users: dict[int, dict[str, Any]]) -> Body:
    """What stands under a picture or a song; may be nothing."""
    body = _body(parameters, users, "caption", "caption_entities")
    if units(body[0]) > MOST_CAPTION:
        raise bad_request("message caption is too long")
    return body


def _body(parameters: dict[str, Any], users: dict[int, dict[str, Any]], name: str, entities: str) -> Body:
    source = parameters.get(name, "").replace("\r", "")
    match parameters.get("parse_mode", "").lower():
        case "html":
            plain, marked = parse_html(source)
        case "":
            plain, marked = source, [dict(one) for one in parameters.get(entities, [])]
        case other:
            raise bad_request(f"parse_mode {other} is not modelled")
    marked = [entity for one in marked if (entity := _mention(one, users)) is not None]
    return complete(*_trimmed(plain, marked))


def complete(plain: str, marked: list[dict[str, Any]]) -> Body:
    """Adds the commands, mentions, links and hashtags that stand in the text; entities after the 100th are lost."""
    taken = [one for one in marked if one["type"] in _CLOSED]
    result = list(marked)
    for kind, pattern in _FOUND:
        for found in pattern.finditer(plain):
            entity = {"type": kind, "offset": units(plain[: found.start()]), "length": units(found[0])}
            if not any(_overlap(entity, one) for one in taken):
                taken.append(entity)
                result.append(entity)
    return plain, sorted(result, key=order)[:MOST_ENTITIES]


def _overlap(one: dict[str, Any], other: dict[str, Any]) -> bool:
    begins, ends = max(one["offset"], other["offset"]), min(_end(one), _end(other))
    return bool(begins < ends)


def _end(entity: dict[str, Any]) -> int:
    return int(entity["offset"] + entity["length"])


def _mention(entity: dict[str, Any], users: dict[int, dict[str, Any]]) -> dict[str, Any] | None:
    """A link to a user mentions somebody whom the bot has met, and is nothing otherwise."""
    found = _USER_LINK.fullmatch(entity.get("url", ""))
    if not found:
        return entity
    user = users.get(int(found[1]))
    place = {"offset": entity["offset"], "length": entity["length"]}
    return None if user is None else {"type": "text_mention", **place, "user": user}


def _trimmed(plain: str, marked: list[dict[str, Any]]) -> Body:
    """Without white space around it; an entity at the beginning keeps it."""
    plain = plain.rstrip(" \n\t")
    length = units(plain)
    first = min((one["offset"] for one in marked), default=length)
    skipped = min(len(plain) - len(plain.lstrip(" \n\t")), first)
    result = []
    for one in marked:
        kept = min(_end(one), length) - one["offset"]
        if kept > 0:
            result.append({**one, "offset": one["offset"] - skipped, "length": kept})
    return plain[skipped:], result
