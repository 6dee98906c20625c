"""What Discord says no with (https://discord.com/developers/docs/topics/opcodes-and-status-codes#json)."""

from __future__ import annotations

from typing import Any


class Refused(Exception):
    """An answer that is no: a status, Discord's own code, its sentence, and errors by field."""

    def __init__(self, status: int, code: int, message: str, errors: dict[str, Any] | None = None) -> None:
        super().__init__(f"{status} {code} {message}")
        self.status = status
        self.headers: dict[str, str] = {}
        self.body: dict[str, Any] = {"message": message, "code": code}
        if errors:
            self.body["errors"] = errors


def rate_limited(retry_after: float, *, everywhere: bool = False) -> Refused:
    """A 429 as Discord sends it; "Via" tells it from one of the proxy in front."""
    refused = Refused(429, 0, "You are being rate limited.")
    refused.body |= {"retry_after": retry_after, "global": everywhere}
    refused.headers = {"Retry-After": str(max(1, round(retry_after))), "Via": "1.1 google"}
    refused.headers["X-RateLimit-Scope"] = "global" if everywhere else "user"
    if everywhere:
        refused.headers["X-RateLimit-Global"] = "true"
    return refused


def invalid_form(field: str, code: str, message: str) -> Refused:
    """A 400 that names the field, for example "embeds" or "components.0.custom_id"."""
    errors: dict[str, Any] = {"_errors": [{"code": code, "message": message}]}
    for part in reversed(field.split(".")):
        errors = {part: errors}
    return Refused(400, 50035, "Invalid Form Body", errors)


def unauthorized() -> Refused:
    return Refused(401, 0, "401: Unauthorized")


def not_found() -> Refused:
    return Refused(404, 0, "404: Not Found")


def unknown_channel() -> Refused:
    return Refused(404, 10003, "Unknown Channel")


def unknown_message() -> Refused:
    return Refused(404, 10008, "Unknown Message")


def unknown_user() -> Refused:
    return Refused(404, 10013, "Unknown User")


def unknown_emoji() -> Refused:
    return Refused(400, 10014, "Unknown Emoji")


def unknown_webhook() -> Refused:
    return Refused(404, 10015, "Unknown Webhook")


def unknown_interaction() -> Refused:
    return Refused(404, 10062, "Unknown interaction")


def too_many_reactions() -> Refused:
    return Refused(400, 30010, "Maximum number of reactions reached (20)")


def too_many_old_edits() -> Refused:
    return Refused(400, 30046, "Maximum number of edits to messages older than 1 hour reached. Try again later.")


def already_acknowledged() -> Refused:
    return Refused(400, 40060, "Interaction has already been acknowledged.")


def too_many_followups() -> Refused:
    return Refused(400, 40094, "This interaction has reached the maximum number of follow up messages")


def missing_access() -> Refused:
    return Refused(403, 50001, "Missing Access")


def not_the_author() -> Refused:
    return Refused(403, 50005, "Cannot edit a message authored by another user")


def empty_message() -> Refused:
    return Refused(400, 50006, "Cannot send an empty message")


def cannot_message_user() -> Refused:
    return Refused(403, 50007, "Cannot send messages to this user")


def missing_permissions() -> Refused:
    return Refused(403, 50013, "Missing Permissions")


def invalid_webhook_token() -> Refused:
    return Refused(401, 50027, "Invalid Webhook Token")
