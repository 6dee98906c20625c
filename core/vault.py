"""The vault: seals what a service gave us for a listener, so that the database alone opens nobody's account.

Fernet (https://github.com/fyrnet/spec): AES-128-CBC with HMAC-SHA256, by the ``cryptography`` package. Several keys may
be known; the first one seals, all of them open.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from cryptography.fernet import Fernet, InvalidToken, MultiFernet

from core import keyfile
from core.errors import BadInput
from core.said import said
from core.settings import Settings

FILE = "vault.keys"
#: The key in use, and the one before it: whoever sealed in the moment of a change can still be read.
_KEPT = 2


class Sealed(Exception):
    """What was sealed with a key that is gone; it cannot be opened again."""


class Vault:
    """``keys`` as the operator set them, newest first; without any, those of ``file``, made on first need."""

    def __init__(self, keys: Sequence[str], file: Path) -> None:
        self._keys = tuple(keys)
        self._file = file
        self._told = b""
        self._fernet = _fernet(self._keys) if self._keys else None

    @classmethod
    def of(cls, settings: Settings) -> Vault:
        """The vault of an installation. Raises BadInput for keys that are none."""
        given = settings.vault_keys.get_secret_value()
        return cls([key.strip() for key in given.split(",") if key.strip()], settings.state_dir / FILE)

    def seal(self, text: str) -> str:
        """The text, sealed."""
        return self._current().encrypt(text.encode()).decode()

    def open(self, sealed: str) -> str:
        """What was sealed. Raises Sealed where its key is gone."""
        try:
            return self._current().decrypt(sealed.encode()).decode()
        except InvalidToken:
            raise Sealed from None

    def renewed(self, sealed: str) -> str:
        """The same, sealed with the newest key. Raises Sealed where its key is gone."""
        try:
            return self._current().rotate(sealed.encode()).decode()
        except InvalidToken:
            raise Sealed from None

    def change(self) -> None:
        """Puts a new key first, where the keys are our own: an operator's are theirs to change."""
        if not self._keys:
            before = keyfile.kept(self._file, Fernet.generate_key).split()
            keyfile.replace(self._file, b"\n".join([Fernet.generate_key(), *before][:_KEPT]))

    def _current(self) -> MultiFernet:
        """The keys as they are now: another process may have changed the file."""
        if self._fernet is not None and self._keys:
            return self._fernet
        told = keyfile.kept(self._file, Fernet.generate_key)
        if self._fernet is None or told != self._told:
            self._fernet, self._told = _fernet(told.decode("ascii").split()), told
        return self._fernet


def _fernet(keys: Sequence[str]) -> MultiFernet:
    try:
        return MultiFernet([Fernet(key) for key in keys])
    except ValueError:
        raise BadInput(
            problem=said("a key of the vault is none: it must be 32 bytes in url-safe base64, as Fernet makes them")
        ) from None
