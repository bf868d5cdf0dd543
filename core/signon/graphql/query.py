"""The ways to sign in: all of them for those who set them up, their names for visitors."""

from typing import Any
from urllib.parse import urlsplit

import strawberry

from core.kit.database.sql import Row
from core.kit.graph import Info, listing, lookup
from core.kit.ids import to_global
from core.signon.graphql.types import SignInMethod, SignInServes
from core.signon.queries import PERMISSION, options_of


@strawberry.type(description="A way to sign in that a visitor can choose.")
class SignInOption:
    id: strawberry.ID = strawberry.field(description="The method's id.")
    name: str = strawberry.field(description="What to write on the button.")
    serves: SignInServes = strawberry.field(description="Whom it lets in.")
    url: str = strawberry.field(
        description="Where to send the browser; `return_to` may name a path of this host to come back to."
    )


def _address(app: Any, row: Row) -> str:
    """Where the tenant is: at another host nobody would come in, and the session would be of no use."""
    base = urlsplit(app.base_url)
    if not app.multi_tenant:
        return str(app.base_url)
    port = f":{base.port}" if base.port else ""
    return f"{base.scheme}://{row['domain'] or row['slug'] + '.' + app.base_domain}{port}{base.path}"


@strawberry.type
class SignInQuery:
    @strawberry.field(
        description="The ways to sign in at this host, besides e-mail and password. Needs no sign-in; where no "
        "helpdesk answers there are none."
    )
    async def sign_in_options(self, info: Info) -> list[SignInOption] | None:
        tenant_id = info.context.connection.tenant_id
        found = await options_of(tenant_id) if tenant_id is not None else []
        return [
            SignInOption(
                id=strawberry.ID(key := to_global("sim", row["id"])), name=row["name"],
                serves=SignInServes(row["serves"]), url=f"{_address(info.context.app, row)}/sign-in/{key}",
            )
            for row in found
        ]  # fmt: skip

    sign_in_method = lookup(SignInMethod, "A way to sign in by its id.")
    sign_in_methods = listing(
        SignInMethod,
        "The helpdesk's ways to sign in by somebody else's word. Needs `sign_in.manage`.",
        order=("NAME",),
        permission=PERMISSION,
    )
