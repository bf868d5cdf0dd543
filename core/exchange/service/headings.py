"""What a column of an import is: known by its heading in English or Chinese, or by a custom field's label."""

import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any
from uuid import UUID

import orjson

from core.exchange.service.ticket_columns import worded
from core.fields.kinds import Definition
from core.fields.queries import definition_from
from core.kit.database import fetch
from core.kit.i18n import OwnWords, Words, translate


class ImportKind(StrEnum):
    """What the rows of a file are."""

    CUSTOMERS = "CUSTOMERS"
    TICKETS = "TICKETS"


@dataclass(frozen=True, slots=True)
class Field:
    """A column that can be imported: `name` is a built-in field, `definition` a custom one."""

    name: str
    heading: str
    other_names: tuple[str, ...] = ()
    is_required: bool = False
    definition: Definition | None = None
    of_ticket: bool = False

    @property
    def called(self) -> Words:
        """The heading as a part of a text; a custom field's is in the file's language already."""
        return Words(self.heading) if self.definition is None else OwnWords(self.heading)


CUSTOMER_FIELDS = (
    Field("name", "Name", ("姓名", "客户姓名", "客户名称", "名称", "联系人"), is_required=True),
    Field("email", "E-mail", ("邮箱", "电子邮箱", "邮件", "email", "e-mail address")),
    Field("mobile", "Mobile", ("手机", "手机号", "手机号码", "电话", "联系电话", "phone", "telephone")),
    Field("external_id", "External ID", ("外部编号", "客户编号")),
    Field("organization", "Organisation", ("组织", "公司", "公司名称", "企业", "organization", "company")),
    Field("locale", "Language", ("语言", "locale")),
    Field("time_zone", "Time zone", ("时区",)),
)
TICKET_FIELDS = (
    Field("title", "Ticket title", ("工单标题", "标题", "title"), is_required=True, of_ticket=True),
    Field("body", "Ticket description", ("工单描述", "描述", "内容", "description"), of_ticket=True),
    Field("priority_id", "Ticket priority", ("工单优先级", "优先级", "priority"), of_ticket=True),
    Field("type_id", "Ticket type", ("工单类型", "类型", "type"), of_ticket=True),
    Field("nature_id", "Ticket nature", ("工单性质", "性质", "nature"), of_ticket=True),
    Field("category_id", "Ticket category", ("工单分类", "分类", "category"), of_ticket=True),
    Field("group_id", "Ticket group", ("工单客服组", "客服组", "group"), of_ticket=True),
    Field("tag_ids", "Ticket tags", ("工单标签",), of_ticket=True),
    Field("ticket_external_id", "Ticket external ID", ("工单外部编号",), of_ticket=True),
)
_TICKET = "Ticket: {label}"


@dataclass(frozen=True, slots=True)
class Columns:
    """Which place of a row holds which field, and the headings that say nothing."""

    places: Mapping[int, Field]
    ignored: Sequence[str]
    missing: Sequence[Field]
    twice: Sequence[str]


async def fields_for(tenant_id: UUID, kind: ImportKind, locale: str) -> list[Field]:
    """What a file of this kind may hold in this tenant, with headings in this language."""
    built_in = CUSTOMER_FIELDS if kind is ImportKind.CUSTOMERS else (*CUSTOMER_FIELDS, *TICKET_FIELDS)
    objects = ["USER"] if kind is ImportKind.CUSTOMERS else ["USER", "TICKET"]
    rows = await fetch(
        "select id, object, key, label, labels, kind, is_required, customer_access, is_active from field_definitions"
        " where tenant_id = :tenant and is_active and object = any(:objects) order by object desc, position, id",
        {"tenant": tenant_id, "objects": objects},
    )
    return [*built_in, *(_custom(row, locale) for row in rows)]


def _custom(row: Any, locale: str) -> Field:
    of_ticket = row["object"] == "TICKET"
    names = [row["label"], *orjson.loads(row["labels"]).values()]
    label = worded(row["label"], row["labels"], locale)
    known = names if not of_ticket else [shown for each in names for shown in _of_ticket(each)]
    return Field(
        name=row["key"],
        heading=translate(_TICKET, locale).format(label=label) if of_ticket else label,
        other_names=(*known, f"ticket.{row['key']}" if of_ticket else row["key"]),
        is_required=row["is_required"],
        definition=definition_from(row, row["label"]),
        of_ticket=of_ticket,
    )


def _of_ticket(label: str) -> list[str]:
    return [_TICKET.format(label=label), translate(_TICKET, "zh-Hans").format(label=label)]


def map_columns(headings: Sequence[str], fields: Sequence[Field]) -> Columns:
    """Find each heading's field, whatever its case, width and spaces; a star only marks what is required."""
    by_name: dict[str, Field] = {}
    for field in reversed(fields):  # built-in fields come first and win
        for name in (field.heading, translate(field.heading, "zh-Hans"), *field.other_names):
            by_name[_folded(name)] = field
    places: dict[int, Field] = {}
    ignored, twice = [], []
    for place, heading in enumerate(headings):
        found = by_name.get(_folded(heading))
        if found is None:
            ignored += [heading] if heading else []
        elif found in places.values():
            twice.append(heading)
        else:
            places[place] = found
    missing = [each for each in fields if each.is_required and each not in places.values()]
    return Columns(places, ignored, missing, twice)


def _folded(heading: str) -> str:
    return "".join(unicodedata.normalize("NFKC", heading).casefold().replace("*", "").split())


def template_headings(fields: Sequence[Field], locale: str) -> list[str]:
    """The headings of a template, with a star at what every row needs."""
    return [each.called.said(locale) + ("*" if each.is_required else "") for each in fields]
