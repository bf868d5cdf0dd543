"""Who a customer is that somebody names by an address, a number or another system's id (D7)."""

from dataclasses import dataclass
from uuid import UUID

from core.identity.errors import SeveralPeople
from core.kit.context import Context, UserKind
from core.kit.database import fetch

_FOUND = """
select id, kind, 'externalId' as by from users where tenant_id = :tenant and external_id = :external::text
union all select id, kind, 'email' from users where tenant_id = :tenant and email_key = :email::text
union all select u.id, u.kind, case i.kind when 'EMAIL' then 'email' when 'PHONE' then 'mobile' else 'externalId' end
  from user_identities i join users u on u.tenant_id = i.tenant_id and u.id = i.user_id
  where i.tenant_id = :tenant and (i.kind, i.value) in (('EXTERNAL', :external::text), ('EMAIL', :email::text),
    ('PHONE', :mobile::text))
union all (select id, kind, 'mobile' from users where tenant_id = :tenant and mobile = :mobile::text
  and kind = 'CUSTOMER' order by id limit 2)
"""


@dataclass(frozen=True, slots=True)
class Recognised:
    """Somebody who is here already, and by what they were known."""

    id: UUID
    kind: UserKind
    by: str


async def recognise(
    ctx: Context, *, external_id: str | None = None, email_key: str | None = None, mobile: str | None = None
) -> Recognised | None:
    """The one user that these are of, the first of them counting most: an id of another system is surer than an
    address, and that than a number, which people share. None where nobody has any of them. Raises SeveralPeople where
    an id and an address are different people's, or a number is several customers' and nothing else tells them apart."""
    if external_id is None and email_key is None and mobile is None:
        return None
    rows = await fetch(
        _FOUND, {"tenant": ctx.tenant_id, "external": external_id, "email": email_key, "mobile": mobile}
    )
    sure = [row for row in rows if row["by"] != "mobile"]
    found = sure or rows
    if len({row["id"] for row in found}) > 1:
        raise SeveralPeople(path=(found[0]["by"],))
    return Recognised(found[0]["id"], UserKind(found[0]["kind"]), found[0]["by"]) if found else None
