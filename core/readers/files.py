"""A file that somebody sends: which reader it needs, by its content first and its name second."""

from __future__ import annotations

import codecs
import json
from pathlib import PurePath

from core.errors import NoSongs, NotReadable
from core.model import Playlist
from core.readers._songs import called, clean
from core.readers.spotify_export import read_export
from core.readers.table import delimiter_of, read_table
from core.readers.text import read_text
from core.said import said

_UTF16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_TABLES = {".csv", ".tsv"}


def read_file(name: str, data: bytes) -> Playlist:
    """The songs in a CSV, TSV, TXT or JSON file called ``name``. Size limits are the caller's.

    Raises NotReadable, WrongColumns or NoSongs, and nothing else, whatever the bytes are.
    """
    path = PurePath(clean(name) or "your file")
    text = _decoded(data, path.name)
    suffix, title = path.suffix.lower(), path.stem
    if not text.strip():
        raise NoSongs(what=called(path.name))
    if suffix == ".json" or text.lstrip().startswith(("{", '["', "[{")):
        return read_export(_parsed(text, path.name), title)
    if delimiter_of(text):
        return read_table(text, title)
    if suffix not in _TABLES:
        return read_text(text, title)
    try:
        return read_text(text, title)  # a .csv that holds "Artist – Title" lines
    except NoSongs:
        return read_table(text, title)  # says which columns are wrong


def _parsed(text: str, name: str) -> object:
    try:
        return json.loads(text)
    except (ValueError, RecursionError) as error:
        raise NotReadable(what=called(name), problem=said("it is not complete JSON")) from error


def _decoded(data: bytes, name: str) -> str:
    """Text from UTF-8, UTF-16 with its mark, or Windows-1252; a few broken bytes become U+FFFD.

    Raises NotReadable for binary data.
    """
    if data.startswith(_UTF16):
        text = data.decode("utf-16", errors="replace")
    else:
        text = data.decode("utf-8-sig", errors="replace")
        broken = text.count("\ufffd")
        if broken and broken >= sum(char > "\x7f" for char in text) - broken:
            text = data.decode("cp1252", errors="replace")  # more wrong than right as UTF-8: an old spreadsheet
    controls = sum(char < " " and char not in "\t\n\r\f\v" for char in text)
    if "\0" in text or controls > len(text) // 50:
        raise NotReadable(what=called(name), problem=said("it holds binary data"))
    return text
