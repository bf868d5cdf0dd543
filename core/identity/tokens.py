"""Bearer tokens: 256 random bits, shown once, kept as a SHA-256 hash, revocable at once."""

import hashlib
import secrets
from enum import StrEnum


class TokenKind(StrEnum):
    """What a token lets its bearer do."""

    SESSION = "SESSION"
    API = "API"
    INVITATION = "INVITATION"
    RESET = "RESET"
    IMPERSONATION = "IMPERSONATION"


BEARERS = (TokenKind.SESSION, TokenKind.API, TokenKind.IMPERSONATION)
"""The kinds that may stand in an Authorization header."""

_PREFIX = {
    TokenKind.SESSION: "dgs", TokenKind.API: "dga", TokenKind.INVITATION: "dgi",
    TokenKind.RESET: "dgr", TokenKind.IMPERSONATION: "dgx",
}  # fmt: skip


def new_secret(kind: TokenKind) -> str:
    """A fresh secret. The prefix tells people and secret scanners what it is."""
    return f"{_PREFIX[kind]}_{secrets.token_urlsafe(32)}"


def hash_of(secret: str) -> str:
    """What is stored. A plain hash suffices: the secret has 256 random bits."""
    return hashlib.sha256(secret.encode()).hexdigest()


def hint_of(secret: str) -> str:
    """Enough to recognise a token in a list, not to use it."""
    return secret[:8] + "…"
