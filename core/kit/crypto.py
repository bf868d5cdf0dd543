"""Secrets at rest: sealed so that only this installation opens them, and only in the place they were sealed for.

A sealed text is `v1.<key id>.<wrapped data key>.<ciphertext>`. The data key is fresh for each secret and encrypts it;
the installation's key encrypts the data key. Both are bound to tenant, record and field: moved elsewhere, a sealed text
opens no more.
"""

import base64
import hashlib
import os
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

_NONCE = 12


class CannotOpen(Exception):
    """Sealed with a key that is not here, for another place, or damaged. Never says what was inside."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a secret stands: which field of which record of which tenant."""

    tenant_id: UUID
    record_id: UUID
    field: str

    def bound(self) -> bytes:
        """What is authenticated along with the secret."""
        return f"{self.tenant_id.hex}/{self.record_id.hex}/{self.field}".encode()


class Sealer:
    """Seals with the first of its keys and opens with any of them."""

    def __init__(self, keys: Sequence[bytes]) -> None:
        if not keys:
            raise ValueError("a sealer needs a key")
        self._keys = {_key_id(key): AESGCM(_derived(key)) for key in keys}
        self._newest = _key_id(keys[0])

    @property
    def prefix(self) -> str:
        """What every text begins with that the newest key sealed."""
        return f"v1.{self._newest}."

    def seal(self, secret: str, place: Place) -> str:
        """The secret as it may be stored."""
        data_key = AESGCM.generate_key(256)
        wrapped = _encrypted(self._keys[self._newest], data_key, place)
        content = _encrypted(AESGCM(data_key), secret.encode(), place)
        return f"{self.prefix}{_written(wrapped)}.{_written(content)}"

    def open(self, sealed: str, place: Place) -> str:
        """The secret. Raises CannotOpen."""
        try:
            version, key_id, wrapped, content = sealed.split(".")
            if version != "v1":
                raise CannotOpen(f"sealed in an unknown form, {version[:10]}")
            data_key = _decrypted(self._keys[key_id], _read(wrapped), place)
            return _decrypted(AESGCM(data_key), _read(content), place).decode()
        except KeyError:
            raise CannotOpen("sealed with a key that is not among the installation's") from None
        except (ValueError, InvalidTag):
            raise CannotOpen("damaged, or sealed for another place") from None


def _derived(key: bytes) -> bytes:
    # The installation's key serves other purposes, too; none of them must help against this one.
    return HKDF(algorithm=SHA256(), length=32, salt=None, info=b"deskgraph.seal").derive(key)


def _key_id(key: bytes) -> str:
    return hashlib.sha256(b"deskgraph.key-id" + _derived(key)).hexdigest()[:8]


def _encrypted(cipher: AESGCM, content: bytes, place: Place) -> bytes:
    nonce = os.urandom(_NONCE)
    return nonce + cipher.encrypt(nonce, content, place.bound())


def _decrypted(cipher: AESGCM, content: bytes, place: Place) -> bytes:
    return cipher.decrypt(content[:_NONCE], content[_NONCE:], place.bound())


def _written(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).decode().rstrip("=")


def _read(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
