"""Every request and every answer is held against Discord's own OpenAPI description, which nobody here wrote."""

from __future__ import annotations

import json
from functools import cache
from typing import Any

from jsonschema import Draft202012Validator
from jsonschema.exceptions import best_match
from referencing import Registry
from referencing.jsonschema import DRAFT202012

from tests.recordings import SHARED

SPECIFICATION = SHARED / "specs" / "discord-openapi.json"
_URN = "urn:discord"


@cache
def _specification() -> dict[str, Any]:
    loaded: dict[str, Any] = json.loads(SPECIFICATION.read_text(encoding="utf-8"))
    return loaded


@cache
def _registry(kind: str) -> Registry[Any]:
    """The description as it is for answers, and as Discord takes it for requests.

    It is stricter than Discord in two known ways: a request may write a snowflake as a number, and the codes of the
    errors by field are words.
    """
    schemas = dict(_specification()["components"]["schemas"])
    if kind == "request":
        schemas["SnowflakeType"] = {"type": ["string", "integer"], "pattern": schemas["SnowflakeType"]["pattern"]}
    else:
        word = {"type": "object", "properties": {"code": {"type": "string"}, "message": {"type": "string"}}}
        schemas["InnerErrors"] = schemas["InnerErrors"] | {"properties": {"_errors": {"type": "array", "items": word}}}
        branch = {"type": "object", "not": {"required": ["_errors"]}}
        branch["additionalProperties"] = {"$ref": "#/components/schemas/ErrorDetails"}
        schemas["ErrorDetails"] = {"oneOf": [branch, {"$ref": "#/components/schemas/InnerErrors"}]}
    contents = _specification() | {"components": _specification()["components"] | {"schemas": schemas}}
    registry: Registry[Any] = Registry().with_resource(_URN, DRAFT202012.create_resource(contents)).crawl()
    return registry


@cache
def _validator(kind: str, *pointer: str) -> Draft202012Validator:
    escaped = "/".join(part.replace("~", "~0").replace("/", "~1") for part in pointer)
    return Draft202012Validator({"$ref": f"{_URN}#/{escaped}"}, registry=_registry(kind))


def _complaint(kind: str, about: str, instance: Any, *pointer: str) -> list[str]:
    error = best_match(_validator(kind, *pointer).iter_errors(instance))
    return [] if error is None else [f"{kind} {about}: {error.json_path}: {error.message[:500]}"]


class Validator:
    """Says what is wrong with a request or an answer, as sentences; says nothing when there is no description."""

    def __init__(self) -> None:
        self.active = SPECIFICATION.is_file()

    def request(self, method: str, path: str, query: dict[str, str], body: Any) -> list[str]:
        """``path`` as the description writes it ("/channels/{channel_id}"); ``body`` is None when there was none."""
        if not self.active:
            return []
        what = f"request {method} {path}"
        operation = _specification()["paths"].get(path, {}).get(method.lower())
        if operation is None:
            return [f"{what}: not described"]
        declared = {parameter["name"] for parameter in operation.get("parameters", ()) if parameter["in"] == "query"}
        wrong = [f"{what}: unknown query parameter {name}" for name in sorted(query.keys() - declared)]
        if body is None:
            return wrong + [f"{what}: body missing"] * bool(operation.get("requestBody", {}).get("required"))
        if "requestBody" not in operation:
            return wrong if body == {} else [*wrong, f"{what}: takes no body"]
        pointer = ("paths", path, method.lower(), "requestBody", "content", "application/json", "schema")
        return wrong + _complaint("request", f"{method} {path}", body, *pointer)

    def answer(self, method: str, path: str, status: int, body: Any) -> list[str]:
        """``body`` is None for an answer without one."""
        if not self.active:
            return []
        about = f"{status} to {method} {path}"
        responses = _specification()["paths"].get(path, {}).get(method.lower(), {}).get("responses", {})
        if status == 429:
            return _complaint("answer", about, body, "components", "schemas", "RatelimitedResponse")
        if status >= 400:
            return _complaint("answer", about, body, "components", "schemas", "ErrorResponse")
        if str(status) not in responses:
            return [f"answer {about}: not described"]
        if "content" not in responses[str(status)]:
            return [] if body is None else [f"answer {about}: has a body"]
        pointer = ("paths", path, method.lower(), "responses", str(status), "content", "application/json", "schema")
        return _complaint("answer", about, body, *pointer)
