"""What is sealed is opened by whoever has the key, and by nobody else."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest
from cryptography.fernet import Fernet
from hypothesis import given
from hypothesis import strategies as st

from core.errors import BadInput
from core.settings import Settings
from core.vault import FILE, Sealed, Vault

KEYS = [Fernet.generate_key().decode() for _ in range(3)]


def vault(*keys: str) -> Vault:
    return Vault(keys, Path("nowhere"))


@given(st.text())
def test_what_is_sealed_comes_out_again_and_is_not_seen(text: str) -> None:
    sealed = vault(KEYS[0]).seal(text)
    assert vault(KEYS[0]).open(sealed) == text
    assert len(text) < 4 or text not in sealed
    assert vault(KEYS[0]).seal(text) != sealed


def test_only_a_key_that_is_known_opens() -> None:
    sealed = vault(KEYS[0]).seal("secret")
    assert vault(KEYS[1], KEYS[0]).open(sealed) == "secret"
    for other in (vault(KEYS[1]), vault(KEYS[1], KEYS[2])):
        with pytest.raises(Sealed):
            other.open(sealed)
    for broken in ("", "x", sealed[:-4], sealed[:20] + ("A" if sealed[20] != "A" else "B") + sealed[21:]):
        with pytest.raises(Sealed):
            vault(KEYS[0]).open(broken)


def test_what_is_renewed_needs_the_old_key_no_more() -> None:
    both = vault(KEYS[1], KEYS[0])
    assert vault(KEYS[1]).open(both.renewed(vault(KEYS[0]).seal("secret"))) == "secret"
    with pytest.raises(Sealed):
        vault(KEYS[1]).renewed(vault(KEYS[0]).seal("secret"))


def test_without_keys_there_is_a_file_that_only_its_owner_reads(tmp_path: Path) -> None:
    settings = Settings(state_dir=tmp_path)
    sealed = Vault.of(settings).seal("secret")
    file = tmp_path / FILE
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert Vault.of(settings).open(sealed) == "secret"
    assert [each.name for each in tmp_path.iterdir()] == [FILE]


def test_a_change_of_keys_is_seen_by_those_who_are_running(tmp_path: Path) -> None:
    running, rotating = Vault([], tmp_path / FILE), Vault([], tmp_path / FILE)
    first = running.seal("before")
    rotating.change()
    assert rotating.open(first) == "before"
    renewed, second = rotating.renewed(first), running.seal("after")
    rotating.change()
    assert (running.open(renewed), running.open(second)) == ("before", "after")
    assert len((tmp_path / FILE).read_text().split()) == 2
    with pytest.raises(Sealed):
        running.open(first)
    assert stat.S_IMODE((tmp_path / FILE).stat().st_mode) == 0o600


def test_the_operators_keys_are_theirs_to_change(tmp_path: Path) -> None:
    settings = Settings(state_dir=tmp_path, vault_keys=f"{KEYS[0]}, {KEYS[1]},")
    vault = Vault.of(settings)
    vault.change()
    assert vault.open(Vault([KEYS[1]], tmp_path).seal("x")) == "x"
    assert not list(tmp_path.iterdir())
    with pytest.raises(BadInput, match="32 bytes"):
        Vault.of(Settings(state_dir=tmp_path, vault_keys="not a key"))
