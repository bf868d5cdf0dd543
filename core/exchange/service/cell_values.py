"""What stands in the cells of a row, as use cases take it. Each mistake is told with the heading of its column."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import orjson

from core.exchange.errors import NotAMoment, NotANumber, NotAYesOrNo, NotInList
from core.exchange.service.headings import Columns, Field
from core.exchange.service.ticket_columns import zone_of
from core.fields.kinds import FORMS, FieldKind
from core.fields.service import CustomInput
from core.identity.addresses import read_mobile
from core.kit.context import Context
from core.kit.database import fetch
from core.kit.errors import DomainError

YES, NO = ("true", "yes", "y", "1", "是", "对"), ("false", "no", "n", "0", "否", "不")
_SEVERAL = re.compile(r"[,，、;；]")
_LISTS = {"priority_id": "PRIORITY", "type_id": "TYPE", "nature_id": "NATURE", "category_id": "CATEGORY"}


@dataclass(frozen=True, slots=True)
class Words:
    """The tenant's own words, in every language that it has them in, to what they name."""

    zone: ZoneInfo
    region: str | None
    options: Mapping[tuple[str, str], UUID]
    choices: Mapping[tuple[UUID, str], Sequence[str]]
    groups: Mapping[str, UUID]
    tags: Mapping[str, UUID]
    organizations: Mapping[str, UUID]


@dataclass(slots=True)
class Row:
    """A row as it was read: what it says of the customer and of the ticket, and what is wrong with it."""

    place: int
    customer: dict[str, Any] = field(default_factory=dict)
    customer_custom: list[CustomInput] = field(default_factory=list)
    ticket: dict[str, Any] = field(default_factory=dict)
    ticket_custom: list[CustomInput] = field(default_factory=list)
    problems: list[tuple[str, DomainError]] = field(default_factory=list)


async def words_of(ctx: Context, region: str | None) -> Words:
    """What the tenant has now."""
    values = {"tenant": ctx.tenant_id}
    options = await fetch(
        "select id, list, field_id, key, label, labels from options where tenant_id = :tenant and is_active",
        values,
    )
    named: dict[tuple[str, str], UUID] = {}
    choices: dict[tuple[UUID, str], list[str]] = {}
    for each in options:
        for word in {each["key"], each["label"], *orjson.loads(each["labels"]).values()}:
            if each["field_id"]:
                choices.setdefault((each["field_id"], folded(word)), []).append(each["key"])
            else:
                named[each["list"], folded(word)] = each["id"]
    return Words(
        await zone_of(ctx), region, named, choices,
        groups=await _named(ctx, "select name, id from groups where tenant_id = :tenant and is_active"),
        tags=await _named(ctx, "select name, id from tags where tenant_id = :tenant"),
        organizations=await _named(ctx, "select name, id from organizations where tenant_id = :tenant"),
    )  # fmt: skip


async def _named(ctx: Context, text: str) -> dict[str, UUID]:
    return {folded(row["name"]): row["id"] for row in await fetch(text, {"tenant": ctx.tenant_id})}


def folded(word: str) -> str:
    return " ".join(word.split()).casefold()


def read_row(place: int, cells: Sequence[str], columns: Columns, words: Words) -> Row:
    """The row; empty cells say nothing."""
    row = Row(place)
    for at, column in columns.places.items():
        cell = cells[at] if at < len(cells) else ""
        if not cell:
            continue
        try:
            _put(row, column, cell, words)
        except DomainError as error:
            row.problems.append((column.heading, error))
    return row


def _put(row: Row, column: Field, cell: str, words: Words) -> None:
    if column.definition is not None:
        form, value = _custom(column.definition.id, column.definition.kind, cell, words)
        into = row.ticket_custom if column.of_ticket else row.customer_custom
        into.append(CustomInput(column.name, form, value))
        return
    read = _READERS.get(column.name)
    into_row = row.ticket if column.of_ticket else row.customer
    into_row[column.name] = cell if read is None else read(cell, words)


def _in(words: Mapping[str, UUID], cell: str) -> UUID:
    found = words.get(folded(cell))
    if found is None:
        raise NotInList(value=cell[:80])
    return found


def _option(name: str) -> Callable[[str, Words], UUID]:
    def read(cell: str, words: Words) -> UUID:
        found = words.options.get((_LISTS[name], folded(cell)))
        if found is None:
            raise NotInList(value=cell[:80])
        return found

    return read


_READERS: dict[str, Callable[[str, Words], Any]] = {
    "mobile": lambda cell, words: read_mobile(cell, "mobile", region=words.region),
    "organization": lambda cell, words: _in(words.organizations, cell),
    "group_id": lambda cell, words: _in(words.groups, cell),
    "tag_ids": lambda cell, words: tuple(_in(words.tags, each) for each in _parts(cell)),
    **{name: _option(name) for name in _LISTS},
}


def _parts(cell: str) -> list[str]:
    return [each.strip() for each in _SEVERAL.split(cell) if each.strip()]


def _custom(field_id: UUID, kind: FieldKind, cell: str, words: Words) -> tuple[str, Any]:
    form = FORMS[kind]
    if form == "number":
        return form, _number(cell)
    if form == "boolean":
        return form, _yes(cell)
    if form == "date_time":
        return form, _moment(cell, words.zone)
    if form == "option_keys":
        return form, _choices(field_id, kind, cell, words)
    return form, cell.replace("/", "-") if kind is FieldKind.DATE else cell


def _number(cell: str) -> float:
    try:
        return float(cell.replace(",", ""))
    except ValueError as error:
        raise NotANumber(value=cell[:80]) from error


def _yes(cell: str) -> bool:
    word = folded(cell)
    if word not in (*YES, *NO):
        raise NotAYesOrNo(value=cell[:80])
    return word in YES


def _moment(cell: str, zone: ZoneInfo) -> datetime:
    """As it is written; without an offset in the tenant's zone."""
    try:
        read = datetime.fromisoformat(cell.replace("/", "-"))
    except ValueError as error:
        raise NotAMoment(value=cell[:80]) from error
    return read if read.tzinfo else read.replace(tzinfo=zone)


def _choices(field_id: UUID, kind: FieldKind, cell: str, words: Words) -> list[str]:
    parts = [each.strip() for each in cell.split("/")] if kind is FieldKind.CASCADE else _parts(cell)
    if kind in (FieldKind.SELECT, FieldKind.RADIO):
        parts = [cell]
    keys = []
    for each in parts:
        found = words.choices.get((field_id, folded(each)))
        if found is None:
            raise NotInList(value=each[:80])
        keys.append(found[0])
    return keys
