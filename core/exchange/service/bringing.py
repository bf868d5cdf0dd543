"""One row of an import brought in: the customer recognised, changed or made, and the ticket opened."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any
from uuid import UUID

import orjson

from core.exchange.errors import NotACustomer
from core.exchange.service.cell_values import Row
from core.fields.service import CustomInput
from core.identity.addresses import read_address
from core.identity.service.adding import NewUser, create_user
from core.identity.service.recognising import recognise
from core.identity.service.updating import UserPatch, update_user
from core.kit.context import Context, UserKind
from core.kit.database import execute, fetch_one, fetch_value
from core.tickets.queries import key_by_external_id
from core.tickets.service import NewTicket, open_ticket

_COLUMNS = {"organization": "organization_id"}


class OnMatch(StrEnum):
    """What becomes of a customer who is here already."""

    FILL = "FILL"
    UPDATE = "UPDATE"
    SKIP = "SKIP"


class Became(StrEnum):
    """What came of a row; the columns of `imports` that count it."""

    CREATED = "created"
    UPDATED = "updated"
    UNCHANGED = "unchanged"
    REPEATED = "repeated"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of a row, and whether it opened a ticket."""

    became: Became
    user_id: UUID | None = None
    opened: bool = False
    ticket_id: UUID | None = None


@dataclass(slots=True)
class Ghosts:
    """Customers that a dry run would have made: later rows of the file would meet them."""

    by_mark: dict[tuple[str, str], dict[str, Any]] = field(default_factory=dict)

    def meet(self, row: Row, on_match: OnMatch) -> Became | None:
        """What would become of the ghost that this row is of; None where it is of none. Then it is one from now on."""
        marks, said = (
            marks_of(row),
            {**row.customer, **{each.key: each.value for each in row.customer_custom}},
        )
        ghost = next((self.by_mark[each] for each in marks if each in self.by_mark), None)
        if ghost is None:
            self.by_mark |= dict.fromkeys(marks, said)
            return None
        changes = _changes(ghost, said, on_match)
        ghost |= changes
        return Became.UPDATED if changes else Became.UNCHANGED


def marks_of(row: Row) -> list[tuple[str, str]]:
    """By what a row's customer is known, the surest first. What is wrong with an address is told elsewhere."""
    given = row.customer
    marks = [("external_id", given.get("external_id"))]
    marks.append(("email", read_address(given["email"], "email")[1] if "email" in given else None))
    marks.append(("mobile", given.get("mobile")))
    return [(kind, value) for kind, value in marks if value]


def identity_of(cells: Sequence[str], number: int) -> str:
    """What tells a row from the others of its import: what is in it, and which of several like it it is."""
    return hashlib.sha256(orjson.dumps([*cells, number])).hexdigest()


def _changes(before: Mapping[str, Any], given: Mapping[str, Any], on_match: OnMatch) -> dict[str, Any]:
    if on_match is OnMatch.SKIP:
        return {}
    if on_match is OnMatch.FILL:
        return {name: value for name, value in given.items() if before.get(name) in (None, "")}
    return {name: value for name, value in given.items() if before.get(name) != value}


async def bring_in(ctx: Context, row: Row, on_match: OnMatch, *, with_ticket: bool) -> Outcome:
    """Do with the row what it says, in the open transaction. Raises DomainError, Errors located as in `userCreate` and
    `ticketCreate`."""
    became, user_id = await _customer(ctx, row, on_match)
    if not with_ticket:
        return Outcome(became, user_id)
    external_id = row.ticket.get("ticket_external_id")
    if external_id is not None:
        by = key_by_external_id(external_id)
        found = await fetch_value(by.text, {"tenant": ctx.tenant_id, **by.values})
        if found is not None:
            return Outcome(became, user_id, ticket_id=found)
    return Outcome(became, user_id, opened=True, ticket_id=await _ticket(ctx, row, user_id))


async def _customer(ctx: Context, row: Row, on_match: OnMatch) -> tuple[Became, UUID]:
    marks = dict(marks_of(row))
    found = await recognise(
        ctx, external_id=marks.get("external_id"), email_key=marks.get("email"), mobile=marks.get("mobile")
    )
    values = {_COLUMNS.get(name, name): value for name, value in row.customer.items()}
    if found is None:
        new = NewUser(kind=UserKind.CUSTOMER, **{"name": "", **values})
        return Became.CREATED, (await create_user(ctx, new, row.customer_custom)).id
    if found.kind is not UserKind.CUSTOMER:
        raise NotACustomer(path=(found.by,))
    return await _change(ctx, found.id, values, row.customer_custom, on_match), found.id


async def _change(
    ctx: Context, user_id: UUID, values: Mapping[str, Any], custom: Sequence[CustomInput], on_match: OnMatch
) -> Became:
    before = await fetch_one(
        "select * from users where tenant_id = :tenant and id = :id for update",
        {"tenant": ctx.tenant_id, "id": user_id},
    )
    assert before is not None
    kept = orjson.loads(before["custom"])
    changes = _changes(before, values, on_match)
    others = tuple(each for each in custom if on_match is OnMatch.UPDATE or each.key not in kept)
    if not changes and (not others or on_match is OnMatch.SKIP):
        return Became.UNCHANGED
    await update_user(ctx, user_id, UserPatch(values=changes, custom=others))
    version = await fetch_value(
        "select version from users where tenant_id = :tenant and id = :id",
        {"tenant": ctx.tenant_id, "id": user_id},
    )
    return Became.UPDATED if version != before["version"] else Became.UNCHANGED


async def _ticket(ctx: Context, row: Row, user_id: UUID) -> UUID:
    given = dict(row.ticket)
    title = given.pop("title", "")
    new = NewTicket(
        title=title,
        body=given.pop("body", title),
        requester_id=user_id,
        external_id=given.pop("ticket_external_id", None),
        custom=tuple(row.ticket_custom),
        **given,
    )
    return (await open_ticket(ctx, new)).id


async def claim_row(ctx: Context, key: str, identity: str) -> bool:
    """Take the row for this import, in the open transaction. False where it was brought in already; waits for who is
    just bringing it in."""
    return bool(
        await execute(
            "insert into imported_rows (id, tenant_id, created_at, key, row) values (:id, :tenant, :now, :key, :row)"
            " on conflict do nothing",
            {"id": ctx.new_id(), "tenant": ctx.tenant_id, "now": ctx.now(), "key": key, "row": identity},
        )
    )


async def keep_row(ctx: Context, key: str, identity: str, outcome: Outcome) -> None:
    """Write down what the row became."""
    await execute(
        "update imported_rows set user_id = :user, ticket_id = :ticket"
        " where tenant_id = :tenant and key = :key and row = :row",
        {
            "tenant": ctx.tenant_id, "key": key, "row": identity, "user": outcome.user_id, "ticket": outcome.ticket_id,
        },
    )  # fmt: skip
