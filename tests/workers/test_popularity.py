from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from core.errors import BadInput, NoSuchPath
from core.settings import Catalogue
from workers.popularity import by_meter, measured, plot

COUNTS = [(1, "fans on Deezer", 10), (2, "fans on Deezer", 5_000_000), (1, "plays somewhere", 0)]


def test_counts_by_meter() -> None:
    meters = by_meter(COUNTS)
    assert {meter: list(counts) for meter, counts in meters.items()} == {
        "fans on Deezer": [10, 5_000_000], "plays somewhere": [0]
    }  # fmt: skip


def test_what_was_measured_is_a_scale() -> None:
    assert measured(np.arange(101)) == [50, 90, 98]


@pytest.mark.parametrize(("name", "head"), [("a.png", b"\x89PNG"), ("a.svg", b"<?xml"), ("a.pdf", b"%PDF")])
@pytest.mark.parametrize("counts", [COUNTS, []])
def test_a_picture(tmp_path: Path, name: str, head: bytes, counts: list[tuple[int, str, int]]) -> None:
    plot(by_meter(counts), Catalogue(), tmp_path / name)
    assert (tmp_path / name).read_bytes().startswith(head)


def test_pictures_that_cannot_be(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match=r"“a\.txt” is not a picture"):
        plot({}, Catalogue(), tmp_path / "a.txt")
    with pytest.raises(NoSuchPath):
        plot({}, Catalogue(), tmp_path / "nowhere" / "a.png")
