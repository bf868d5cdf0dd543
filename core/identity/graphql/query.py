"""Look-ups and lists of people and access."""

from typing import Annotated, Any
from unicodedata import normalize
from uuid import UUID

import strawberry
from strawberry import UNSET

from core.identity import queries
from core.identity.addresses import key_of_address
from core.identity.graphql.enums import TicketScope
from core.identity.graphql.types import Permission, Role, Token, User, Viewer
from core.kit.database.sql import KeyBy
from core.kit.graph import (
    ExtraFilter,
    Info,
    Query,
    StringFilter,
    found,
    key_among,
    listing,
    lookup,
    operator_terms,
    registry,
)
from core.kit.graph.inputs import only_one
from core.kit.graph.operators import set_of
from core.kit.i18n import translate
from core.kit.ids import key_of
from core.kit.permissions import declared
from core.tickets.tag_filter import tags_filter


def _only(operator: str, value: Any) -> StringFilter:
    made = StringFilter()
    setattr(made, operator, value)
    return made


def _email_term(given: Any, alias: str, query: Query) -> str:
    """Conditions on addresses one may read; the others are as if they were not there. What is asked as a whole is read
    as an address; a part of one is looked for in the address as it is shown and in its IDNA form."""
    assert query.viewer is not None
    terms = [queries.contact_guard(query.viewer, alias)]
    for name, value in vars(given).items():
        if value is UNSET:
            continue
        if name in ("contains", "starts_with") and isinstance(value, str):
            part = _only(name, normalize("NFC", value))
            either = (operator_terms(part, f"{alias}.{column}", query) for column in ("email", "email_key"))
            terms.append(" or ".join(term for terms in either for term in terms))
            continue
        if isinstance(value, str):
            value = key_of_address(value) or value
        elif isinstance(value, list):
            value = [key_of_address(each) or each for each in value]
        terms += operator_terms(_only(name, value), f"{alias}.email_key", query)
    return " and ".join(f"({each})" for each in terms)


EMAIL = ExtraFilter(
    StringFilter, "On the e-mail address, of those whose address the viewer may read.", _email_term
)


def _linked(table: str, column: str, target: str, prefix: str, description: str) -> ExtraFilter:
    """Has a link to one of the given objects, of those that the viewer may see."""

    def term(given: list[str], alias: str, query: Query) -> str:
        assert query.viewer is not None
        keys = [key for key in (key_of(each, prefix) for each in set_of(given)) if key is not None]
        reached = registry.by_name[target].reached(query.viewer, f"x.{column}")
        return (
            f"exists (select 1 from {table} x where x.tenant_id = :tenant and x.user_id = {alias}.id"
            f" and {reached} = any({query.value(keys)}))"
        )

    return ExtraFilter(list[strawberry.ID], description, term)


USER_FILTERS = {
    "tags": tags_filter("user_tags", "user_id", "On a customer's tags."),
    "email": EMAIL,
    "role": _linked(
        "user_roles",
        "role_id",
        "Role",
        "rol",
        "Holds one of these roles; an empty list matches nothing.",
    ),
    "group": _linked(
        "memberships",
        "group_id",
        "Group",
        "grp",
        "Works in one of these groups; an empty list matches nothing.",
    ),
}


@strawberry.type
class IdentityQuery:
    @strawberry.field(description="The caller. Null with the error UNAUTHENTICATED for anonymous requests.")
    async def viewer(self, info: Info) -> Viewer | None:
        viewer = info.context.viewer
        made = Viewer.__new__(Viewer)
        made.__dict__.update(
            locale=info.context.locale,
            permissions=sorted(viewer.permissions),
            ticket_scope=TicketScope(viewer.scope.value),
            user_id=viewer.user_id,
            tenant_id=viewer.tenant_id,
            impersonator_id=viewer.impersonator_id,
        )
        return made

    @found(
        User,
        "A user by exactly one of their id, e-mail address and external id; instead of a customer who was merged, "
        "whom they were merged into. "
        "Null when there is none for this viewer; by address and external id "
        "only who may read those finds anybody but themselves.",
    )
    async def user(
        info: Info,
        id: Annotated[strawberry.ID | None, strawberry.argument(description="The global id.")] = None,
        email: Annotated[
            str | None, strawberry.argument(description="The address, however it is written.")
        ] = None,
        external_id: Annotated[
            str | None, strawberry.argument(description="The id another system knows them by.")
        ] = None,
    ) -> UUID | KeyBy | None:
        viewer = info.context.viewer
        by, value = only_one({"id": id, "email": email, "externalId": external_id})
        if by == "id":
            key = key_among(User, value)
            return None if key is None else queries.key_by_id(key)
        if by == "email":
            return queries.key_by_email(viewer, value)
        return queries.key_by_external_id(viewer, value)

    users = listing(
        User,
        "People: agents, customers, helpers, machines. Without customers who were merged into others, unless the filter"
        " speaks of `mergedInto`.",
        order=("NAME",),
        extras=USER_FILTERS,
        unless_filtered={"merged_into": "{t}.merged_into_id is null"},
    )
    role = lookup(Role, "A role by its id. Roles are for staff.")
    roles = listing(Role, "The tenant's roles.", order=("NAME",))
    tokens = listing(
        Token,
        "One's own sessions; with `token.manage` also API tokens, with `agent.manage` also invitations. Newest first.",
        order=("CREATED_AT",),
        descending=True,
    )

    @strawberry.field(description="Everything a role can allow.")
    async def permissions(self, info: Info) -> list[Permission] | None:
        info.context.viewer  # noqa: B018 - asks for a signed-in caller
        locale = info.context.locale
        return [
            Permission(key=key, description=translate(text, locale))
            for key, text in sorted(declared().items())
        ]
