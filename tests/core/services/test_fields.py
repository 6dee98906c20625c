from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.errors import ServiceTrouble
from core.services import _audius_rows, _jamendo_rows, _tidal_rows
from core.services._fields import day, seconds, text, web_link, whole

_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.just(10**400) | st.floats() | st.text() | st.just("\ud800\0x"),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)
#: A row that every reader takes, of which anything may be replaced.
_PLAIN: dict[str, Any] = {
    "id": "7",
    "title": "Ember",
    "name": "Ember",
    "user": {"id": "3", "name": "Nova Pine", "follower_count": 4},
    "artist_name": "Nova Pine",
    "type": "tracks",
    "attributes": {"title": "Ember", "name": "Nova Pine", "duration": "PT3M"},
    "relationships": {"artists": {"data": [{"id": "7", "type": "tracks"}]}},
    "data": [{"id": "7"}],
    **dict.fromkeys(["release_date", "created_at", "releasedate"], "2026-11-13"),
    **dict.fromkeys(
        ["permalink", "artwork", "isrc", "duration", "position", "shareurl", "image", "headers", "results"]
    ),
}
_ROW = st.dictionaries(st.sampled_from(sorted(_PLAIN)), _JSON, max_size=4).map(lambda odd: {**_PLAIN, **odd})


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("2023-05-05", date(2023, 5, 5)),
        ("2023-05-05T17:10:02Z", date(2023, 5, 5)),
        ("2023-05-05 17:10:02.123", date(2023, 5, 5)),
        ("Fri May 05 2023 10:10:02 GMT-0700", date(2023, 5, 5)),
        ("Mon Aug 24 2020 21:08:36 GMT+0200 (CEST)", date(2020, 8, 24)),
        ("0000-00-00", None),
        ("Fri Feb 31 2023 10:10:02 GMT-0700", None),
        ("soon", None),
        ("", None),
        (20230505, None),
        (None, None),
    ],
)
def test_days(value: object, expected: date | None) -> None:
    assert day(value) == expected


def test_counts_and_durations() -> None:
    none: list[object] = [-1, True, 1.5, "1e3", "٣", 10**18, "9" * 19, None, []]
    assert [whole(value) for value in (0, 7, "12")] == [0, 7, 12]
    assert {whole(value) for value in none} == {None}
    lengths: list[object] = [200, "200", 0, None, 10**400]
    assert [seconds(value) for value in lengths] == [200.0, 200.0, None, None, None]


def test_texts_and_links() -> None:
    names: list[object] = [" a ", 7, True, None, [], "a\0b\ud800"]
    assert [text(value) for value in names] == ["a", "7", "", "", "", "ab"]
    assert [web_link(value) for value in ("https://a.b/", "http://a.b/", "javascript:x", 3)] == [
        "https://a.b/",
        *[""] * 3,
    ]


def _answer(parse: Callable[[Any], object]) -> Callable[[object], object]:
    def patient(row: object) -> object:
        try:
            return parse(row)
        except ServiceTrouble:
            return None

    return patient


@pytest.mark.parametrize(
    "parse",
    [
        _audius_rows.track_of,
        lambda row: _audius_rows.artist_of(row, date(2026, 11, 20)),
        lambda row: _audius_rows.release_of(row, date.min, date.max),
        _audius_rows.one_of,
        _jamendo_rows.track_of,
        _jamendo_rows.place_of,
        lambda row: _jamendo_rows.results_of(row, "playlist"),
        lambda row: _tidal_rows.tracks_of({"data": [row], "included": [row]}),
        lambda row: _tidal_rows.next_cursor({"links": {"next": row.get("id")}}),
    ],
)
@given(row=_ROW)
@settings(max_examples=60)
def test_no_row_is_odd_enough_to_break_a_reader(parse: Callable[[Any], object], row: dict[str, Any]) -> None:
    found = _answer(parse)(row)
    assert "\ud800" not in str(getattr(found, "title", ""))
    assert json.dumps(row)  # whatever it is, it could have come over the wire
