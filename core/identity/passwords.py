"""Passwords: which are accepted, and how they are kept (argon2id)."""

import asyncio
import unicodedata
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from core.identity.errors import PasswordIsKnown, PasswordTooLong, PasswordTooShort

SHORTEST, LONGEST = 10, 256

HASHER = PasswordHasher(time_cost=2, memory_cost=19456, parallelism=1)
"""What OWASP recommends: 19 MiB and about 50 ms."""

NOBODY = "$argon2id$v=19$m=19456,t=2,p=1$6BVi8nAa66FfT4JZRD1L9A$TN+Zl8NW3o8AgojGBT6SQYbnST7E2zmCvu7djosca64"
"""The hash of a password that nobody knows: unknown users take as long to refuse as known ones."""

# argon2 releases the interpreter's lock; the number of threads bounds the memory that log-ins take together.
_THREADS = ThreadPoolExecutor(max_workers=4, thread_name_prefix="passwords")


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether a password fits, and the hash to keep instead where the kept one is of an older strength."""

    fits: bool
    better: str | None = None


def _prepared(password: str) -> bytes:
    # Different keyboards write the same characters differently.
    return unicodedata.normalize("NFKC", password).encode("utf-8", "surrogatepass")


def check_password(password: str, known: Iterable[str | None], *path: str) -> None:
    """Length is what counts. `known` are the user's name and address. Raises PasswordTooShort, PasswordTooLong,
    PasswordIsKnown."""
    if len(password) > LONGEST:
        raise PasswordTooLong(path=path, limit=LONGEST)
    if len(unicodedata.normalize("NFKC", password)) < SHORTEST:
        raise PasswordTooShort(path=path, limit=SHORTEST)
    folded = {word.strip().casefold() for each in known if each for word in (each, each.partition("@")[0])}
    if password.strip().casefold() in folded:
        raise PasswordIsKnown(path=path)


async def hash_password(password: str) -> str:
    """The hash to keep."""
    return await asyncio.get_running_loop().run_in_executor(_THREADS, HASHER.hash, _prepared(password))


async def verify_password(password: str, kept: str | None) -> Verdict:
    """Compare with a kept hash; with None the work is the same and nothing fits."""
    return await asyncio.get_running_loop().run_in_executor(_THREADS, _verify, password[: LONGEST + 1], kept)


def _verify(password: str, kept: str | None) -> Verdict:
    prepared = _prepared(password)
    try:
        HASHER.verify(kept or NOBODY, prepared)
    except (VerificationError, InvalidHashError):
        return Verdict(False)
    if kept is None:
        return Verdict(False)
    return Verdict(True, HASHER.hash(prepared) if HASHER.check_needs_rehash(kept) else None)
