"""The other side's published keys."""

import json
from typing import TYPE_CHECKING, Any

from core.sdk import HttpClient, Rejected, Retry

if TYPE_CHECKING:
    from joserfc.jwk import KeySet


def read_keys(text: str | bytes) -> "KeySet":
    """Public keys for signatures. Raises ValueError, whatever is wrong."""
    from joserfc.errors import JoseError
    from joserfc.jwk import KeySet

    try:
        document: Any = json.loads(text)
        keys = [each for each in document["keys"] if each.get("use", "sig") == "sig"]
        if not keys or any(each.get("kty") == "oct" or "d" in each for each in keys):
            raise ValueError("holds no public keys alone")
        return KeySet.import_key_set({"keys": keys})
    except (JoseError, KeyError, TypeError, AttributeError, ValueError, RecursionError) as error:
        raise ValueError("is no JSON Web Key Set of public keys") from error


async def fetch_keys(http: HttpClient, url: str) -> "KeySet":
    """The keys at an address. Raises Rejected, Unreachable, Retry."""
    answer = await http.request("GET", url, headers={"accept": "application/json"})
    if answer.status in (429, 500, 502, 503, 504):
        raise Retry(f"The keys' address answers {answer.status}.")
    if answer.status != 200:
        raise Rejected(f"The keys' address answers {answer.status}.", field="jwks_url")
    try:
        return read_keys(answer.body)
    except ValueError as error:
        raise Rejected("The keys' address has no keys.", field="jwks_url") from error
