"""Mutations: one `input`, one payload with `userErrors`, one transaction.

A refusal that a person can act on is data; the transaction is rolled back and nothing has changed. An `idempotencyKey`
makes a repeated request answer what the first one answered, for 24 hours.
"""

import hashlib
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import fields
from datetime import datetime
from enum import Enum
from typing import Annotated, Any, TypeVar
from uuid import UUID

import orjson
import strawberry
from graphql import GraphQLField
from strawberry.types.unset import UnsetType

from core.kit.database import execute, fetch_one, transaction
from core.kit.errors import Conflict, DomainError, Errors, Forbidden, Invalid, VersionConflict
from core.kit.graph.input_plans import refuse_nulls
from core.kit.graph.node import Node, registry
from core.kit.graph.reading import load_node
from core.kit.graph.request import Info, Request
from core.kit.i18n import said_in, translate


@strawberry.enum(description="What kind of refusal a user error is.")
class UserErrorCode(Enum):
    REQUIRED = strawberry.enum_value("REQUIRED", description="Something is missing.")
    INVALID = strawberry.enum_value("INVALID", description="The value cannot be accepted.")
    TOO_LONG = strawberry.enum_value("TOO_LONG", description="The value is longer than allowed.")
    NOT_FOUND = strawberry.enum_value("NOT_FOUND", description="What is named is not there for you.")
    FORBIDDEN = strawberry.enum_value("FORBIDDEN", description="You lack the right.")
    TAKEN = strawberry.enum_value("TAKEN", description="Another record already has it.")
    CONFLICT = strawberry.enum_value("CONFLICT", description="The present state does not allow it.")
    LIMIT_EXCEEDED = strawberry.enum_value("LIMIT_EXCEEDED", description="A stated limit is reached.")


@strawberry.interface(
    description="Any error a person can act on. New kinds may appear: select these three fields always."
)
class UserError:
    code: UserErrorCode = strawberry.field(description="The kind, for logic. Never localised.")
    message: str = strawberry.field(description="What is wrong and the way out, in the caller's language.")
    path: list[str] | None = strawberry.field(
        description="The place within `input`, list positions included; null where no place in it is at fault, but who"
        " asks, or what the whole helpdesk has reached."
    )


@strawberry.type(description="The input cannot be accepted.")
class InputError(UserError):
    pass


@strawberry.type(description="Somebody changed the record since it was read.")
class VersionConflictError(UserError):
    current_id: strawberry.Private[str]

    @strawberry.field(description="The record as it is now.")
    async def current(self, info: Info) -> Node | None:
        located = registry.locate(self.current_id)
        return await load_node(info.context, *located) if located else None


LONGEST_KEY = 200
P = TypeVar("P", bound="Payload")


@strawberry.type(description="What every mutation answers.")
class Payload:
    user_errors: list[UserError] = strawberry.field(
        description="Why nothing was changed; empty when the mutation succeeded."
    )

    @classmethod
    def of(cls: type[P], **values: Any) -> P:
        """A success. Values are the keys that the payload's fields start from."""
        made = cls.__new__(cls)
        made.__dict__.update(values, user_errors=[])
        return made

    @classmethod
    def refused(cls: type[P], errors: Sequence[UserError]) -> P:
        made = cls.__new__(cls)
        made.__dict__.update({each.name: None for each in fields(made)}, user_errors=list(errors))
        return made


def user_error(error: DomainError, locale: str) -> UserError:
    """The refusal as data, in the caller's language."""
    message = translate(error.message, locale).format(**said_in(locale, error.values))
    code, path = UserErrorCode[error.code], list(error.path) or None
    if isinstance(error, VersionConflict):
        return VersionConflictError(code=code, message=message, path=path, current_id=error.current)
    return InputError(code=code, message=message, path=path)


class BadKey(Invalid):
    """An idempotency key that cannot be kept."""

    message = "An idempotency key has 1 to {limit} characters and no null character."


class KeyReused(Conflict):
    """The same idempotency key with another input."""

    message = "This idempotency key was used for another input; choose a new key."


def _jsonable(value: Any) -> Any:
    if isinstance(value, UnsetType):
        return "\x00unset"
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, strawberry.Some):
        return {"given": _jsonable(value.value)}  # a null that was given is another input than none at all
    if hasattr(value, "__strawberry_definition__"):
        return {name: _jsonable(each) for name, each in vars(value).items()}
    if isinstance(value, list | tuple):
        return [_jsonable(each) for each in value]
    return str(value) if isinstance(value, UUID | datetime) else value


def _digest(given: Any) -> str:
    return hashlib.sha256(orjson.dumps(_jsonable(given), option=orjson.OPT_SORT_KEYS)).hexdigest()


def _key_of(input: Any) -> str | None:
    key: str | None = getattr(input, "idempotency_key", None)
    if key is not None and (not 1 <= len(key) <= LONGEST_KEY or "\x00" in key):
        raise BadKey(path=("idempotencyKey",), limit=LONGEST_KEY)
    return key


async def _claim_key(request: Request, mutation: str, key: str, digest: str) -> dict[str, Any] | None:
    """Take the key for this transaction, or give the answer it already has. Waits for a twin that is under way."""
    ctx = request.ctx
    values = {
        "id": ctx.new_id(), "tenant": ctx.tenant_id, "now": ctx.now(),
        "user": ctx.viewer.user_id, "mutation": mutation, "key": key, "digest": digest,
    }  # fmt: skip
    taken = await fetch_one(
        "insert into idempotency_keys (id, tenant_id, created_at, user_id, mutation, key, request_hash)"
        " values (:id, :tenant, :now, :user, :mutation, :key, :digest) on conflict do nothing returning id",
        values,
    )
    if taken is not None:
        return None
    found = await fetch_one(
        "select request_hash, answer from idempotency_keys where tenant_id = :tenant and user_id = :user"
        " and mutation = :mutation and key = :key",
        {name: values[name] for name in ("tenant", "user", "mutation", "key")},
    )
    if found is None or found["answer"] is None or found["request_hash"] != digest:
        raise KeyReused(path=("idempotencyKey",))
    answer: dict[str, Any] = orjson.loads(found["answer"])
    return answer


async def _keep_answer(request: Request, mutation: str, key: str, payload: Payload) -> None:
    # Keys and nothing else: what they name is read again with the sight of whoever asks, and a text could be a secret.
    # Written as text, since keys that were read from the database are of asyncpg's own class, which JSON does not know.
    answer = {name: str(value) for name, value in vars(payload).items() if isinstance(value, UUID)}
    await execute(
        "update idempotency_keys set answer = :answer where tenant_id = :tenant and user_id = :user"
        " and mutation = :mutation and key = :key",
        {
            "answer": orjson.dumps(answer).decode(), "tenant": request.ctx.tenant_id,
            "user": request.viewer.user_id, "mutation": mutation, "key": key,
        },
    )  # fmt: skip


def _revived(answer: dict[str, Any]) -> dict[str, Any]:
    return {name: UUID(value) for name, value in answer.items()}


def begins_a_transaction(field: GraphQLField) -> bool:
    """Whether a mutation's transaction for the tenant begins before anything is done. What a request presumes of its
    caller is asked with that."""
    declared = field.extensions.get("strawberry-definition")
    return declared is not None and bool((declared.metadata or {}).get(_BEGINS))


Handler = Callable[[Info, Any], Awaitable[P]]

_BEGINS = "begins_a_transaction"

_INPUT = "What is asked for; the paths in `userErrors` lead into it."


def mutation(
    description: str, *, permission: str | None = None, anonymous: bool = False, waits: bool = False
) -> Callable[[Callable[..., Awaitable[P]]], Any]:
    """Declare a mutation. `permission` is checked before anything is read; `anonymous` lets callers in who have not
    signed in yet (log-in, invitations), and such a mutation opens its own transactions; so does one that `waits` for
    other machines in between."""

    def declare(handler: Callable[..., Awaitable[P]]) -> Any:
        name = handler.__name__
        payload_type: type[P] = handler.__annotations__["return"]

        async def run(info: Info, input: Any) -> P:
            request = info.context
            if not anonymous and permission is not None and not request.viewer.may(permission):
                raise Forbidden(permission=permission)
            refuse_nulls(input)
            if anonymous or waits:
                payload = await handler(info, input)
                request.forget_loaded()
                return payload
            key = _key_of(input)
            async with transaction():
                if key:
                    answer = await _claim_key(request, name, key, _digest(input))
                    if answer is not None:
                        request.forget_loaded()
                        return payload_type.of(**_revived(answer))
                payload = await handler(info, input)
                if key:
                    await _keep_answer(request, name, key, payload)
                request.forget_loaded()
                await request.read_ahead(info._raw_info, payload)
            return payload

        async def resolve(info: Info, input: Any) -> P:
            try:
                return await run(info, input)
            except DomainError as error:
                refused: Sequence[DomainError] = [error]
            except Errors as found:
                refused = found.errors
            info.context.forget_loaded()
            return payload_type.refused([user_error(each, info.context.locale) for each in refused])

        # Not functools.wraps: the signature would be read from the handler, whose answer is never null.
        resolve.__name__, resolve.__module__ = name, handler.__module__
        given: Any = Annotated[handler.__annotations__["input"], strawberry.argument(description=_INPUT)]
        resolve.__annotations__ = {**handler.__annotations__, "input": given, "return": payload_type | None}
        return strawberry.mutation(
            resolver=resolve, description=description, metadata={_BEGINS: not (anonymous or waits)}
        )

    return declare
