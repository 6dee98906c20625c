"""Rotating the keys of a running installation."""

from __future__ import annotations

from pathlib import Path

from cryptography.fernet import Fernet
from pydantic import SecretStr

from bot.vault_cli import rotated
from core.model import Account
from core.settings import Settings
from core.store.store import Store
from core.vault import FILE, Vault

ACCOUNT = Account("spotify", "ada", "https://open.spotify.com/user/ada", scopes=frozenset({"x"}))


async def linked(settings: Settings, names: list[str]) -> Store:
    store = await Store.open(settings.store_url)
    for name in names:
        listener = await store.listeners.find("discord", name)
        await store.accounts.link(listener, ACCOUNT, Vault.of(settings).seal(name))
    return store


async def test_what_is_kept_is_opened_by_the_new_key_alone(tmp_path: Path) -> None:
    settings = Settings(state_dir=tmp_path)
    store = await linked(settings, ["ada", "ben"])
    old = (tmp_path / FILE).read_text().split()
    assert await rotated(settings) == (2, 0)
    new = (tmp_path / FILE).read_text().split()
    assert new[1:] == old and new[0] not in old
    alone = Vault(new[:1], tmp_path)
    assert [alone.open(kept.sealed) for kept in await store.accounts.all_sealed()] == ["ada", "ben"]
    assert [account.granted for account in await store.accounts.of(1)] == [True]
    await store.close()


async def test_with_the_operators_keys_the_first_one_seals_and_what_is_lost_is_counted(tmp_path: Path) -> None:
    old, new, other = (Fernet.generate_key().decode() for _ in range(3))
    store = await linked(Settings(state_dir=tmp_path, vault_keys=SecretStr(old)), ["ada"])
    await store.close()
    store = await linked(Settings(state_dir=tmp_path, vault_keys=SecretStr(other)), ["ben"])
    assert await rotated(Settings(state_dir=tmp_path, vault_keys=SecretStr(f"{new},{old}"))) == (1, 1)
    first = (await store.accounts.all_sealed())[0]
    assert Vault([new], tmp_path).open(first.sealed) == "ada"
    await store.close()
