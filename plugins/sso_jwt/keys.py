"""The other side's published keys, kept for a while: else whoever sends tokens could have it asked without end."""

import json
from collections import OrderedDict
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any
from uuid import UUID

from core.sdk import HttpClient, Rejected, Retry, TenantContext

if TYPE_CHECKING:
    from joserfc.jwk import KeySet


KEPT = timedelta(minutes=10)
"""Keys that the other side has withdrawn are good for so long at most."""
ASKED_AGAIN = timedelta(minutes=1)
"""For a key that is not among those kept, the other side is asked no more often than this."""
MOST_KEPT = 256
"""Addresses, of all tenants; the one that was asked longest ago is forgotten first."""


@dataclass(frozen=True, slots=True)
class Kept:
    """What was read, and when."""

    keys: "KeySet"
    at: datetime


_ANSWERS = "The keys' address answers {status}."


class KeyStore:
    """The keys of a process, by tenant and address."""

    def __init__(self) -> None:
        self._kept: OrderedDict[tuple[UUID, str], Kept] = OrderedDict()

    async def get(self, ctx: TenantContext, url: str, *, newer_than: timedelta = KEPT) -> "KeySet":
        """The keys, as they were less than this ago. Raises Rejected, Unreachable, Retry."""
        found = self._kept.get((ctx.tenant_id, url))
        if found is not None and timedelta(0) <= ctx.now() - found.at < newer_than:
            return found.keys
        return await self.fetch(ctx, url)

    async def fetch(self, ctx: TenantContext, url: str) -> "KeySet":
        """The keys as they are now. Raises as `get` does."""
        keys = await fetch_keys(ctx.http, url)
        self._kept[ctx.tenant_id, url] = Kept(keys, ctx.now())
        self._kept.move_to_end((ctx.tenant_id, url))
        while len(self._kept) > MOST_KEPT:
            self._kept.popitem(last=False)
        return keys


KEYS = KeyStore()


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
        raise Retry(_ANSWERS, values={"status": answer.status})
    if answer.status != 200:
        raise Rejected(_ANSWERS, field="jwks_url", values={"status": answer.status})
    try:
        return read_keys(answer.body)
    except ValueError as error:
        raise Rejected("The keys' address has no keys.", field="jwks_url") from error
