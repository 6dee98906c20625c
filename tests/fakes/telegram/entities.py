"""Text with HTML in it becomes plain text and entities, as Telegram's own parser does it.

https://core.telegram.org/bots/api#html-style; the sentences are those of tdlib (td/telegram/MessageEntity.cpp). Offsets
and lengths count UTF-16 code units, those in sentences count bytes.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from tests.fakes.telegram.errors import Refused, bad_request

STYLES = {
    "b": "bold", "strong": "bold",
    "i": "italic", "em": "italic",
    "u": "underline", "ins": "underline",
    "s": "strikethrough", "strike": "strikethrough", "del": "strikethrough",
    "span": "spoiler", "tg-spoiler": "spoiler",
    "a": "text_link", "code": "code", "pre": "pre", "blockquote": "blockquote", "tg-emoji": "custom_emoji",
}  # fmt: skip
_RANKS = {
    "blockquote": 0, "expandable_blockquote": 0, "pre": 11, "code": 20, "text_link": 49, "text_mention": 49,
    "bold": 90, "italic": 91, "underline": 92, "strikethrough": 93, "spoiler": 94, "custom_emoji": 99,
}  # fmt: skip
_OTHER_CODE = {"pre": "code", "code": "pre"}
_NAMED = {"lt": "<", "gt": ">", "amp": "&", "quot": '"'}
_REFERENCE = re.compile(r"&(?:#x([0-9a-fA-F]+)|#([0-9]+)|([a-zA-Z]+));?")
_LONGEST_REFERENCE = 10
_SPACE = " \t\r\n\0\v"
_NAME_TOKEN = re.compile(r"[A-Za-z0-9.-]*")


def order(entity: dict[str, Any]) -> tuple[int, int, int]:
    """What entities are sorted by: where they begin, the longest first, then by their type."""
    return entity["offset"], -entity["length"], _RANKS.get(entity["type"], 50)


def units(text: str) -> int:
    """The length of ``text`` in UTF-16 code units."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


@dataclass(frozen=True, slots=True)
class _Open:
    """A start tag that waits for its end; ``offset`` in code units, ``start`` in characters of the plain text."""

    tag: str
    argument: str
    offset: int
    start: int


def parse_html(source: str) -> tuple[str, list[dict[str, Any]]]:
    """The plain text and its entities, outer before inner; raises Refused as Telegram does."""
    return _Parser(source).parse()


class _Parser:
    def __init__(self, source: str) -> None:
        self._source = source
        self._at = 0
        self._plain: list[str] = []
        self._offset = 0
        self._open: list[_Open] = []
        self._entities: list[dict[str, Any]] = []

    def parse(self) -> tuple[str, list[dict[str, Any]]]:
        while self._at < len(self._source):
            if self._source[self._at] != "<":
                self._say(self._character())
            elif self._peek(1) == "/":
                self._end_tag()
            else:
                self._start_tag()
        if self._open:
            raise _unparsable(f'Can\'t find end tag corresponding to start tag "{self._open[-1].tag}"')
        for entity in self._entities:
            if entity["type"] == "code":
                entity.pop("language", None)
        return "".join(self._plain), sorted(self._entities, key=order)

    def _say(self, character: str) -> None:
        self._plain.append(character)
        self._offset += 1 + (ord(character) > 0xFFFF)

    def _character(self) -> str:
        """The next character; a reference to one counts as that one, an unknown reference is only text."""
        here = self._source[self._at]
        found = _REFERENCE.match(self._source, self._at) if here == "&" else None
        character = _referenced(found) if found else None
        if found is None or character is None:
            self._at += 1
            return here
        self._at = found.end()
        return character

    def _start_tag(self) -> None:
        begin = self._at
        where = f"at byte offset {_byte(self._source, begin)}"
        self._at += 1
        tag = self._word(">").lower()
        if self._peek() == "":
            raise _unparsable(f"Unclosed start tag {where}")
        if tag not in STYLES:
            raise _unparsable(f'Unsupported start tag "{tag}" {where}')
        argument = ""
        while True:
            self._skip_space()
            if self._peek() == ">":
                break
            name, value = self._attribute(tag, where)
            argument = _argument(tag, name, value) or argument
        if tag == "span" and argument != "spoiler":
            raise _unparsable(f'Tag "span" must have class "tg-spoiler" {where}')
        self._at += 1
        self._open.append(_Open(tag, argument, self._offset, len(self._plain)))

    def _attribute(self, tag: str, where: str) -> tuple[str, str]:
        name = self._word("=>")
        if not name:
            raise _unparsable(f'Empty attribute name in the tag "{tag}" {where}')
        self._skip_space()
        if self._peek() not in ("=", ""):
            return name, ""
        self._at += 1
        self._skip_space()
        if self._peek() == "":
            raise _unparsable(f'Unclosed start tag "{tag}" {where}')
        value = self._quoted() if self._peek() in "'\"" else self._name_token()
        if self._peek() == "":
            raise _unparsable(f"Unclosed start tag {where}")
        return name, value

    def _quoted(self) -> str:
        quote = self._peek()
        self._at += 1
        value = ""
        while self._peek() not in (quote, ""):
            value += self._character()
        self._at += self._peek() == quote
        return value

    def _name_token(self) -> str:
        found = _NAME_TOKEN.match(self._source, self._at)
        assert found is not None
        self._at = found.end()
        if self._peek() not in (*_SPACE, ">"):
            begin = _byte(self._source, found.start())
            raise _unparsable(f"Unexpected end of name token at byte offset {begin}")
        return found[0].lower()

    def _end_tag(self) -> None:
        where = f"at byte offset {_byte(self._source, self._at)}"
        if not self._open:
            raise _unparsable(f"Unexpected end tag {where}")
        self._at += 2
        name = self._word(">")
        self._skip_space()
        if self._peek() != ">":
            raise _unparsable(f"Unclosed end tag {where}")
        opened = self._open.pop()
        if name and name != opened.tag:
            raise _unparsable(f'Unmatched end tag {where}, expected "</{opened.tag}>", found "</{name}>"')
        self._at += 1
        if self._offset > opened.offset:
            self._add(opened)

    def _add(self, opened: _Open) -> None:
        entity: dict[str, Any] = {"type": STYLES[opened.tag], "offset": opened.offset}
        entity["length"] = self._offset - opened.offset
        match opened.tag:
            case "a":
                link = checked_link(opened.argument or "".join(self._plain[opened.start :]))
                if link is None:
                    return
                entity["url"] = link
            case "blockquote" if opened.argument:
                entity["type"] = "expandable_blockquote"
            case "tg-emoji":
                if not opened.argument.isdecimal() or not int(opened.argument):
                    raise _unparsable("Invalid custom emoji identifier specified")
                entity["custom_emoji_id"] = opened.argument
            case "pre" | "code":
                self._add_code(entity, opened)
                return
        self._entities.append(entity)

    def _add_code(self, entity: dict[str, Any], opened: _Open) -> None:
        """``<pre><code class="language-python">`` is one entity."""
        if opened.tag == "code" and opened.argument:
            entity["language"] = opened.argument
        last = self._entities[-1] if self._entities else {}
        if {"type": last.get("type"), **_place(last)} == {"type": _OTHER_CODE[opened.tag], **_place(entity)}:
            language = last.get("language") or entity.get("language")
            if language:
                last |= {"type": "pre", "language": language}
                return
        self._entities.append(entity)

    def _peek(self, ahead: int = 0) -> str:
        return self._source[self._at + ahead : self._at + ahead + 1]

    def _word(self, ends: str) -> str:
        begin = self._at
        while self._peek() and self._peek() not in _SPACE and self._peek() not in ends:
            self._at += 1
        return self._source[begin : self._at]

    def _skip_space(self) -> None:
        while self._peek() and self._peek() in _SPACE:
            self._at += 1


def _place(entity: dict[str, Any]) -> dict[str, Any]:
    return {key: entity.get(key) for key in ("offset", "length")}


def checked_link(link: str) -> str | None:
    """The address a link leads to, or None where Telegram makes no link of it: a host needs a dot."""
    if link.startswith(("tg://", "tg:")):
        return link
    found = re.fullmatch(r"(?:(https?)://)?([^/?#\s]+)([/?#]\S*)?", link, re.IGNORECASE)
    if not found or "." not in found[2]:
        return None
    rest = found[3] or "/"
    return f"{(found[1] or 'http').lower()}://{found[2].lower()}{rest if rest[0] == '/' else '/' + rest}"


def _argument(tag: str, name: str, value: str) -> str:
    match tag, name:
        case ("a", "href") | ("tg-emoji", "emoji-id"):
            return value
        case "code", "class" if value.startswith("language-"):
            return value.removeprefix("language-")
        case "span", "class" if value.startswith("tg-"):
            return value.removeprefix("tg-")
        case "blockquote", "expandable":
            return "1"
    return ""


def _referenced(found: re.Match[str]) -> str | None:
    if found[3]:
        return _NAMED.get(found[3])
    number = int(found[1], 16) if found[1] else int(found[2])
    too_long = len(found[0].rstrip(";")) >= _LONGEST_REFERENCE
    if number == 0 or number >= 0x10FFFF or too_long:
        return None
    if 0xD800 <= number < 0xE000:
        raise _unparsable("Text contains invalid Unicode characters after decoding HTML entities")
    return chr(number)


def _byte(text: str, position: int) -> int:
    return len(text[:position].encode("utf-8", "surrogatepass"))


def _unparsable(sentence: str) -> Refused:
    return bad_request(f"can't parse entities: {sentence}")
