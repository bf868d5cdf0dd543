"""What all signed tokens have in common: how they are read, and what makes one stale. joserfc is imported when somebody
signs in, not before."""

import hashlib
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from core.sdk import Credentials, Rejected

if TYPE_CHECKING:
    from joserfc.jwk import KeyFlexible

LONGEST_TOKEN = 8 * 1024
WINDOW = timedelta(minutes=3)
"""How far the clocks may differ, and how old a token may be."""
LONGEST_LIFE = timedelta(minutes=10)


def token_of(credentials: Credentials) -> str:
    """The token. Raises Rejected."""
    token = credentials.fields.get("jwt", "")
    if not token or len(token) > LONGEST_TOKEN or token.count(".") != 2:
        raise Rejected("There is no token in the field jwt, or it is too long.")
    return token


def claims_of(token: str, key: "KeyFlexible", algorithms: Sequence[str]) -> Mapping[str, Any]:
    """The claims of a token with a good signature. Nothing of them was looked at. Raises Rejected."""
    from joserfc import jwt
    from joserfc.errors import JoseError

    try:
        decoded = jwt.decode(token, key, algorithms=list(algorithms))
    except (JoseError, ValueError, TypeError, KeyError) as error:
        raise Rejected(
            f"The token cannot be read, or its signature is not good: {type(error).__name__}."
        ) from error
    if not isinstance(decoded.claims, dict):
        raise Rejected("The token holds no claims.")
    return decoded.claims


def names_another_key(token: str, key: "KeyFlexible") -> bool:
    """Whether the token's header names a key by an id that is none of these keys'."""
    from joserfc.errors import JoseError
    from joserfc.jwk import KeySet
    from joserfc.jws import extract_compact

    try:
        named = extract_compact(token.encode()).headers().get("kid")
    except (JoseError, ValueError, TypeError, KeyError):
        return False
    return isinstance(key, KeySet) and isinstance(named, str) and named not in {each.kid for each in key.keys}


def check_claims(claims: Mapping[str, Any], now: datetime, **rules: Any) -> None:
    """Raises Rejected unless the claims are as the rules of joserfc's registry say."""
    from joserfc.errors import JoseError
    from joserfc.jwt import JWTClaimsRegistry

    registry = JWTClaimsRegistry(now=int(now.timestamp()), leeway=60, **rules)
    try:
        registry.validate(dict(claims))
    except (JoseError, ValueError, TypeError) as error:
        raise Rejected(f"The token's claims do not do: {error}.") from error


def issued_at(claims: Mapping[str, Any], now: datetime) -> datetime:
    """When the token was made: a moment ago. Raises Rejected."""
    value = claims.get("iat")
    if isinstance(value, bool) or not isinstance(value, int) or not 0 < value < 2**37:
        raise Rejected("The token does not say when it was made: iat is a whole number of seconds.")
    made = datetime.fromtimestamp(value, now.tzinfo)
    if abs(now - made) > WINDOW:
        raise Rejected("The token is older than 3 minutes, or from the future; look at the clocks.")
    return made


def text_of(claims: Mapping[str, Any], name: str, *, longest: int = 300) -> str | None:
    """A claim that is a text with something in it. Raises Rejected for one that is anything else."""
    value = claims.get(name)
    if value is None:
        return None
    if not isinstance(value, str) or len(value) > longest or not _is_text(value):
        raise Rejected(f"The claim {name} is no text of at most {longest} characters.")
    return value.strip() or None


def _is_text(value: str) -> bool:
    """Whether it can be kept: JSON can hold halves of characters."""
    try:
        return b"\x00" not in value.encode()
    except UnicodeEncodeError:
        return False


def texts_of(claims: Mapping[str, Any], name: str) -> frozenset[str]:
    """A claim that is a text or a list of them. Raises Rejected."""
    value = claims.get(name)
    found = [value] if isinstance(value, str) else value
    if found is None:
        return frozenset()
    if not isinstance(found, list) or len(found) > 500 or not all(isinstance(each, str) for each in found):
        raise Rejected(f"The claim {name} is no list of texts.")
    return frozenset(found)


def needed(value: str | None, name: str) -> str:
    """Raises Rejected for a claim that is missing."""
    if value is None:
        raise Rejected(f"The token has no {name}.")
    return value


def mark_of(*parts: str) -> str:
    """What tells a proof from all others, in a length that can be kept."""
    return hashlib.sha256("\x00".join(parts).encode()).hexdigest()
