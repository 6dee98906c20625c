"""The error tree: drawn truly, each class with a whole sentence, each revived as it was."""

from __future__ import annotations

import pickle
import re
import string

import pytest

from core import errors
from core.errors import BadInput, YasrError, revive


def tree(cls: type[YasrError] = YasrError) -> list[type[YasrError]]:
    return [cls, *(found for child in cls.__subclasses__() for found in tree(child))]


def filled(cls: type[YasrError]) -> YasrError:
    names = [name for _, name, _, _ in string.Formatter().parse(cls.sentence) if name]
    return cls(**{name: 3 if name == "count" else f"some {name}" for name in names})


def test_the_docstring_draws_the_tree() -> None:
    drawn = re.findall(r"^    [ │├└─]*([A-Z]\w+)(?: {2,}.*)?$", errors.__doc__ or "", re.M)
    assert sorted(drawn) == sorted(cls.__name__ for cls in tree())


@pytest.mark.parametrize("cls", tree(), ids=lambda cls: cls.__name__)
def test_every_class_has_a_sentence_and_comes_back(cls: type[YasrError]) -> None:
    error = filled(cls)
    assert str(error).endswith((".", "?"))
    assert "{" not in str(error)
    for again in (revive(error.code, error.args_), pickle.loads(pickle.dumps(error))):
        assert (type(again), str(again)) == (cls, str(error))


def test_bad_input_has_status_two() -> None:
    assert {cls.exit_status for cls in tree(BadInput)} == {2}


def test_an_unknown_code_still_has_a_sentence() -> None:
    assert type(revive("GoneSinceLastYear", {"x": "y"})) is YasrError
