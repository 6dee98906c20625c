"""Embeds and components as they come back from the server, and the rules of Components V2.

https://discord.com/developers/docs/components/reference
"""

from __future__ import annotations

from itertools import count
from typing import Any

from tests.fakes.discord.errors import invalid_form
from tests.fakes.discord.state import TEXT_DISPLAY, walk

ROW, BUTTON, SELECTS = 1, 2, (3, 5, 6, 7, 8)
MOST_COMPONENTS, MOST_TEXT, MOST_ROWS, MOST_EMBED_TEXT = 40, 4000, 5, 6000

_DEFAULTS: dict[int, dict[str, Any]] = {
    **{kind: {"min_values": 1, "max_values": 1} for kind in SELECTS},
    11: {"description": None, "spoiler": False},
    13: {"name": None, "size": None, "spoiler": False},
    14: {"divider": True, "spacing": 1},
    17: {"accent_color": None, "spoiler": False},
}


class Media:
    """Gives the pictures of one message their addresses; "attachment://name" is a file sent along."""

    def __init__(self, attachments: list[dict[str, Any]]) -> None:
        self._attachments = {one["filename"]: one for one in attachments}
        self._ids = count(1)

    def url(self, url: str) -> str:
        name = url.removeprefix("attachment://")
        if name == url:
            return url
        if name not in self._attachments:
            raise invalid_form("components", "UNFURLED_MEDIA_ITEM_REFERENCED_ATTACHMENT_NOT_FOUND", f"No file {name}")
        found: str = self._attachments[name]["url"]
        return found

    def unfurled(self, item: dict[str, Any]) -> dict[str, Any]:
        url = self.url(item["url"])
        return {"id": str(next(self._ids)), "url": url, "proxy_url": url, "width": 0, "height": 0, "content_type": None}


def shown(components: list[dict[str, Any]], media: Media) -> list[dict[str, Any]]:
    """Components as the server gives them back: with ids and defaults, without nulls."""
    taken = {component["id"] for component in walk(components) if component.get("id")}
    fresh = (number for number in count(1) if number not in taken)

    def show(component: dict[str, Any]) -> dict[str, Any]:
        looks = {key: value for key, value in component.items() if value is not None}
        looks = {**_DEFAULTS.get(component["type"], {}), **looks}
        looks["id"] = component.get("id") or next(fresh)
        for key in ("media", "file"):
            if key in looks:
                looks[key] = media.unfurled(looks[key])
        if "items" in looks:
            plain = {"description": None, "spoiler": False}
            looks["items"] = [{**plain, **item, "media": media.unfurled(item["media"])} for item in looks["items"]]
        if "emoji" in looks:
            looks["emoji"] = _without_nulls(looks["emoji"])
        if "options" in looks:
            looks["options"] = [
                {**option, "emoji": _without_nulls(option["emoji"])} if option.get("emoji") else option
                for option in looks["options"]
            ]
        if "components" in looks:
            looks["components"] = [show(inner) for inner in looks["components"]]
        if "accessory" in looks:
            looks["accessory"] = show(looks["accessory"])
        return looks

    return [show(component) for component in components]


def _without_nulls(emoji: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in emoji.items() if value is not None}


def shown_embeds(embeds: list[dict[str, Any]], media: Media) -> list[dict[str, Any]]:
    """Embeds as the server gives them back."""
    result = []
    for embed in embeds:
        looks = {"type": "rich", **embed}
        looks["fields"] = [{"inline": False, **field} for field in embed.get("fields", ())]
        for key in ("image", "thumbnail"):
            if key in embed:
                looks[key] = {"url": media.url(embed[key]["url"])}
        result.append(looks)
    return result


def check_embeds(embeds: list[dict[str, Any]]) -> None:
    """Raises Refused when the embeds of a message are longer than 6000 characters together."""
    texts = [embed.get(key) or "" for embed in embeds for key in ("title", "description")]
    texts += [field[key] for embed in embeds for field in embed.get("fields", ()) for key in ("name", "value")]
    texts += [embed["footer"]["text"] for embed in embeds if "footer" in embed]
    texts += [embed["author"]["name"] for embed in embeds if "author" in embed]
    if sum(map(len, texts)) > MOST_EMBED_TEXT:
        raise invalid_form("embeds", "MAX_EMBED_SIZE_EXCEEDED", f"Embed size exceeds maximum size of {MOST_EMBED_TEXT}")


def check(components: list[dict[str, Any]], *, v2: bool) -> None:
    """Raises Refused when the components break a rule that the OpenAPI description cannot say."""
    everything = walk(components)
    ids = [component["custom_id"] for component in everything if component.get("custom_id")]
    if len(ids) != len(set(ids)):
        code = "COMPONENT_CUSTOM_ID_DUPLICATED"
        raise invalid_form("components", code, "Component custom id cannot be duplicated")
    for row in (component for component in everything if component["type"] == ROW):
        kinds = [component["type"] for component in row["components"]]
        if any(kind in SELECTS for kind in kinds) and len(kinds) > 1:
            raise invalid_form("components", "COMPONENT_LAYOUT_WIDTH_EXCEEDED", "The specified row is too wide")
    if v2:
        _check_v2(everything)
        return
    if any(component["type"] != ROW for component in components):
        raise invalid_form("components", "UNION_TYPE_CHOICES", 'Value of field "type" must be one of (1,).')
    if len(components) > MOST_ROWS:
        raise invalid_form("components", "BASE_TYPE_BAD_LENGTH", f"Must be between 1 and {MOST_ROWS} in length.")


def _check_v2(everything: list[dict[str, Any]]) -> None:
    if len(everything) > MOST_COMPONENTS:
        code = "COMPONENT_MAX_TOTAL_COMPONENTS_EXCEEDED"
        raise invalid_form("components", code, f"The maximum number of components is {MOST_COMPONENTS}")
    if sum(len(one["content"]) for one in everything if one["type"] == TEXT_DISPLAY) > MOST_TEXT:
        code = "COMPONENT_DISPLAYABLE_TEXT_SIZE_EXCEEDED"
        raise invalid_form("components", code, f"The total displayable text is over {MOST_TEXT} characters")
