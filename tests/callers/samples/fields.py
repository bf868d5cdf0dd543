"""How to call the mutations of custom fields and options."""

from typing import Any

from core.testing import Desk
from tests.callers.sample import Sample
from tests.fields.shaping import OPTION_CREATE, define

_ARCHIVE_FIELD = (
    "mutation($i: CustomFieldArchiveInput!) { customFieldArchive(input: $i) { userErrors { code } } }"
)
_ARCHIVE_OPTION = "mutation($i: OptionArchiveInput!) { optionArchive(input: $i) { userErrors { code } } }"


async def _field(desk: Desk) -> dict[str, Any]:
    return {"object": "TICKET", "key": "order_no", "label": "Order", "kind": "TEXT"}


async def _field_id(desk: Desk) -> dict[str, Any]:
    return {"id": (await define(desk, "TEXT"))["id"]}


async def _field_change(desk: Desk) -> dict[str, Any]:
    return {**await _field_id(desk), "label": "Another"}


async def _archived_field(desk: Desk) -> dict[str, Any]:
    given = await _field_id(desk)
    (await desk.admin.ask(_ARCHIVE_FIELD, i=given)).payload("customFieldArchive")
    return given


async def _option(desk: Desk) -> dict[str, Any]:
    return {"list": "TYPE", "key": "repair", "label": "Repair"}


async def _option_id(desk: Desk) -> dict[str, Any]:
    answer = await desk.admin.ask(OPTION_CREATE, input=await _option(desk))
    return {"id": answer.payload("optionCreate")["option"]["id"]}


async def _option_change(desk: Desk) -> dict[str, Any]:
    return {**await _option_id(desk), "label": "Mending"}


async def _archived_option(desk: Desk) -> dict[str, Any]:
    given = await _option_id(desk)
    (await desk.admin.ask(_ARCHIVE_OPTION, i=given)).payload("optionArchive")
    return given


SAMPLES = {
    "customFieldCreate": Sample(make=_field, denied="agent"),
    "customFieldUpdate": Sample(make=_field_change, denied="agent"),
    "customFieldArchive": Sample(make=_field_id, denied="agent"),
    "customFieldRestore": Sample(make=_archived_field, denied="agent"),
    "optionCreate": Sample(make=_option, denied="agent"),
    "optionUpdate": Sample(make=_option_change, denied="agent"),
    "optionArchive": Sample(make=_option_id, denied="agent"),
    "optionRestore": Sample(make=_archived_option, denied="agent"),
}
