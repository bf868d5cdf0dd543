"""Samples of the mutations of forms."""

from typing import Any

from core.testing import Desk
from tests.callers.sample import Sample
from tests.forms.making import make_form

_NEW = {"label": "Fault report", "audience": "STAFF", "fields": [{"name": "title"}]}


async def _create(desk: Desk) -> dict[str, Any]:
    return dict(_NEW)


async def _id(desk: Desk) -> dict[str, Any]:
    return {"id": (await make_form(desk, {"name": "title"}))["id"]}


async def _update(desk: Desk) -> dict[str, Any]:
    return {**await _id(desk), "label": "Changed"}


async def _restore(desk: Desk) -> dict[str, Any]:
    given = await _id(desk)
    archive = "mutation($input: FormArchiveInput!) { formArchive(input: $input) { userErrors { code } } }"
    (await desk.admin.ask(archive, input=given)).payload("formArchive")
    return given


SAMPLES = {
    "formCreate": Sample(make=_create, denied="agent"),
    "formUpdate": Sample(make=_update, denied="agent"),
    "formArchive": Sample(make=_id, denied="agent"),
    "formRestore": Sample(make=_restore, denied="agent"),
    "formDelete": Sample(make=_id, denied="agent"),
}
