"""What those who are not staff may do with a custom field: customers, and helpers from outside, who count as they do.

The field says it once, and it holds wherever a value comes to light or is given: on tickets, people, organisations, in
lists and their filters, on forms, in views, in events. Whatever asks for definitions is given those that the viewer may
see (`queries.definitions`, `graphql.loading`), so that what is hidden is unknown there.
"""

from enum import StrEnum

from core.fields.errors import NotEdited
from core.fields.lists import FieldObject
from core.kit.context import Viewer


class CustomerAccess(StrEnum):
    """What customers may do with a custom field of what they see. Staff may do all of it always."""

    NONE = "NONE"
    READ = "READ"
    EDIT = "EDIT"


USUAL = {
    FieldObject.TICKET: CustomerAccess.EDIT,
    FieldObject.USER: CustomerAccess.READ,
    FieldObject.ORGANIZATION: CustomerAccess.NONE,
}
"""What holds unless told: customers fill the fields of a ticket when they open it and read what the desk keeps about
themselves; what it notes about their company is its own."""


def check_access(object: FieldObject, access: CustomerAccess | None) -> CustomerAccess:
    """The access as it is kept; the usual one where none was given. Raises NotEdited for organisations, which customers
    never change."""
    if access is None:
        return USUAL[object]
    if object is FieldObject.ORGANIZATION and access is CustomerAccess.EDIT:
        raise NotEdited(path=("customerAccess",))
    return access


def sees(viewer: Viewer, access: CustomerAccess) -> bool:
    """Whether a field and what stands there are the viewer's to know of."""
    return viewer.is_staff or access is not CustomerAccess.NONE


def fills(viewer: Viewer, access: CustomerAccess) -> bool:
    """Whether the viewer may say what stands in a field, of what is theirs to change at all."""
    return viewer.is_staff or access is CustomerAccess.EDIT


def field_sight(viewer: Viewer, t: str) -> str:
    """Staff see all custom fields, others those that are not internal: forms are drawn from them."""
    return "true" if viewer.is_staff else f"{t}.customer_access <> 'NONE'"


def option_sight(viewer: Viewer, t: str) -> str:
    """Options are no secret within the tenant, but for those of fields that are internal."""
    if viewer.is_staff:
        return "true"
    return (
        f"{t}.field_id is null or exists (select 1 from field_definitions sf where sf.tenant_id = {t}.tenant_id"
        f" and sf.id = {t}.field_id and {field_sight(viewer, 'sf')})"
    )
