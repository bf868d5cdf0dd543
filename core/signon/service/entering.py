"""Sign in by somebody else's word. The plugin says who it is; whether that lets anybody in is decided here."""

import hashlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any
from uuid import UUID

from core.extensions.errors import InstanceUnusable, NotEnabled, UnknownProvider
from core.extensions.service import Tools
from core.extensions.service.using import call_instance, ready
from core.identity.errors import NoHelpdeskHere
from core.identity.service import throttling
from core.identity.service.entering import open_session
from core.identity.service.tokens import Issued
from core.identity.visitors import Visitor, record_unproven
from core.kit.context import Context, UserKind, acting_for
from core.kit.database import fetch_value, transaction
from core.kit.database.sql import Row
from core.kit.events import Happening
from core.kit.ids import new_id
from core.pluginhost.isolation import Broken
from core.sdk import AuthFailed, Credentials, Identity, NotGranted, Rejected, Retry
from core.signon.errors import SignInRefused, SignInUnavailable
from core.signon.kinds import Refusal
from core.signon.queries import usable_method
from core.signon.service.knowing import NotLetIn, find_or_add

SECONDS = 5.0
SCOPE = "people:sign_in"
LONGEST = 300
LONGEST_VALID = timedelta(days=1, minutes=10)


class _Refused(Exception):
    def __init__(self, reason: Refusal, detail: str | None = None) -> None:
        super().__init__(reason.value)
        self.reason = reason
        self.detail = detail


async def enter(
    visitor: Visitor, method_id: UUID, credentials: Credentials, tools: Tools, *, lifetime: timedelta
) -> Issued:
    """Open a session at the tenant where the visitor stands.

    Raises NoHelpdeskHere, TooManyAttempts, SignInRefused for whatever is wrong with what they brought, and
    SignInUnavailable where it could not be looked at. The attempt stays counted, and recorded with its reason.
    """
    async with _attempt(visitor, method_id) as (ctx, method, instance):
        try:
            identity = await _identity(ctx, instance, credentials, tools)
            issued = await _let_in(visitor, ctx, method, identity, lifetime)
        except _Refused as refused:
            await _record(ctx, method, refused)
            is_ours = refused.reason in (Refusal.UNAVAILABLE, Refusal.BROKEN)
            raise (SignInUnavailable if is_ours else SignInRefused) from refused
        return issued


async def way_out(visitor: Visitor, method_id: UUID, return_to: str, tools: Tools) -> str:
    """Where somebody goes who has brought nothing yet. Raises NoHelpdeskHere, TooManyAttempts, SignInRefused where
    there is nowhere to go, and SignInUnavailable."""
    # Where it ends well nothing was tried; else whole offices, who all go out by one address, could not sign in.
    async with _attempt(visitor, method_id) as (ctx, _, instance):
        try:
            out = await _asked(ctx, instance, "begin", return_to, tools)
        except _Refused as refused:
            raise SignInUnavailable from refused
        if not isinstance(out, str) or not _is_address(out):
            raise SignInRefused
        return out


@asynccontextmanager
async def _attempt(visitor: Visitor, method_id: UUID) -> AsyncIterator[tuple[Context, Row, Row]]:
    """One attempt at a method: counted, and forgiven where it ends well. Gives what acts, the method, and its instance.
    Raises NoHelpdeskHere, TooManyAttempts, SignInRefused."""
    tenant_id = visitor.tenant_id
    if tenant_id is None:
        raise NoHelpdeskHere
    with acting_for(tenant_id):
        async with transaction():
            address = throttling.address_of(visitor.ip)
            await throttling.count(tenant_id, throttling.SIGN_IN_ADDRESS, address, visitor.now())
        found = await usable_method(tenant_id, method_id)
        if found is None:
            raise SignInRefused
        method, instance = found
        # What is done before it is known who it is, the method does. It holds no rights.
        yield visitor.acting_as(tenant_id, method["id"], UserKind.MACHINE), method, instance
        async with transaction():
            await throttling.forgive(tenant_id, throttling.SIGN_IN_ADDRESS, address, attempts=1)


def _is_address(text: str) -> bool:
    return text.startswith(("https://", "http://")) and not any(each <= " " or each > "~" for each in text)


async def _identity(ctx: Context, instance: Row, credentials: Credentials, tools: Tools) -> Identity:
    identity = await _asked(ctx, instance, "verify", credentials, tools)
    if not _is_sound(ctx, identity):
        raise _Refused(Refusal.BROKEN)
    found: Identity = identity
    return found


async def _asked(ctx: Context, instance: Row, operation: str, argument: object, tools: Tools) -> Any:
    try:
        provider = await ready(ctx, tools, instance)
        return await call_instance(ctx, tools, provider, operation, argument, seconds=SECONDS, scope=SCOPE)
    except NotGranted as error:
        raise _Refused(Refusal.BROKEN) from error
    except Rejected as error:
        raise _Refused(Refusal.REJECTED, error.message) from error
    except (AuthFailed, Retry) as error:
        raise _Refused(Refusal.UNAVAILABLE) from error
    except (Broken, InstanceUnusable, NotEnabled, UnknownProvider) as error:
        raise _Refused(Refusal.BROKEN) from error


def _is_sound(ctx: Context, identity: object) -> bool:
    """Whether a plugin said something that can be kept."""
    return (
        isinstance(identity, Identity)
        and all(
            0 < len(each) <= LONGEST and "\x00" not in each for each in (identity.subject, identity.used_as)
        )
        and ctx.now() - LONGEST_VALID < identity.valid_until <= ctx.now() + LONGEST_VALID
    )


async def _let_in(
    visitor: Visitor, ctx: Context, method: Row, identity: Identity, lifetime: timedelta
) -> Issued:
    async with transaction():
        await _use_up(ctx, method["id"], identity)
    try:
        async with transaction():
            user = await find_or_add(ctx, method, identity)
            entered = visitor.acting_as(ctx.tenant_id, user.id, user.kind)
            return await open_session(entered, lifetime)
    except NotLetIn as error:
        raise _Refused(error.reason) from error


async def _use_up(ctx: Context, method_id: UUID, identity: Identity) -> None:
    """Committed before anybody is let in: of two at the same moment one waits, and finds that it is used."""
    made = await fetch_value(
        "insert into used_proofs (id, tenant_id, created_at, method_id, hash, expires_at)"
        " values (:id, :tenant, :now, :method, :hash, :expires) on conflict do nothing returning id",
        {
            "id": new_id(), "tenant": ctx.tenant_id, "now": ctx.now(), "method": method_id,
            "hash": hashlib.sha256(identity.used_as.encode()).hexdigest(), "expires": identity.valid_until,
        },
    )  # fmt: skip
    if made is None:
        raise _Refused(Refusal.REPLAYED)


async def _record(ctx: Context, method: Row, refused: _Refused) -> None:
    async with transaction():
        about = {"reason": [None, refused.reason.value]}
        if refused.detail:
            about["detail"] = [None, refused.detail[:LONGEST]]
        await record_unproven(ctx, Happening("session.refused", "sign_in_method", method["id"], about))
