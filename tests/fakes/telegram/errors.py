"""What the Bot API says no with (https://core.telegram.org/bots/api#making-requests).

The sentences are those of the server's source (github.com/tdlib/telegram-bot-api, Client.cpp, and tdlib).
"""

from __future__ import annotations

from typing import Any

_PREFIX = {
    400: "Bad Request",
    403: "Forbidden",
    404: "Not Found",
    409: "Conflict",
    429: "Too Many Requests",
    500: "Internal Server Error",
    502: "Bad Gateway",
}

NOT_MODIFIED = (
    "message is not modified: specified new message content and reply markup are exactly the same as a current "
    "content and reply markup of the message"
)
QUERY_TOO_OLD = "query is too old and response timeout expired or query ID is invalid"
WRONG_FILE = "wrong file identifier/HTTP URL specified"


class Refused(Exception):
    """An answer that is no: a status, a sentence without the status's words, and parameters."""

    def __init__(self, status: int, sentence: str = "", parameters: dict[str, Any] | None = None) -> None:
        description = ": ".join(part for part in (_PREFIX.get(status, "Error"), sentence) if part)
        super().__init__(f"{status} {description}")
        self.status = status
        self.body: dict[str, Any] = {"ok": False, "error_code": status, "description": description}
        if parameters:
            self.body["parameters"] = parameters


def bad_request(sentence: str) -> Refused:
    return Refused(400, sentence)


def forbidden(sentence: str) -> Refused:
    return Refused(403, sentence)


def unauthorized() -> Refused:
    refused = Refused(401)
    refused.body["description"] = "Unauthorized"
    return refused


def conflict(sentence: str) -> Refused:
    return Refused(409, sentence)


def retry_after(seconds: int) -> Refused:
    return Refused(429, f"retry after {seconds}", {"retry_after": seconds})


def migrated(number: int) -> Refused:
    sentence = "group chat was upgraded to a supergroup chat"
    return Refused(400, sentence, {"migrate_to_chat_id": number})
