"""Samples of the mutations of people and access."""

import secrets
from datetime import timedelta
from typing import Any

from core.identity.passwords import hash_password
from core.identity.service.credentials import keep_password
from core.identity.service.tokens import issue
from core.identity.tokens import TokenKind
from core.kit.context import UserKind, acting_for
from core.kit.database import transaction
from core.kit.ids import to_global
from core.operating import operator_context, role_keys
from core.testing import Desk, Person
from tests.callers.sample import Sample
from tests.canaries import MARK
from tests.tickets.making import make_group

PASSWORD, NEW_PASSWORD = f"{MARK}correct horse", f"{MARK}another battery"
_BY_TOKEN = "Whoever bears the token is the person it was sent to."
_INVITE = """mutation($input: UserInviteInput!) { userInvite(input: $input) {
  user { id } invitation { id } userErrors { code } } }"""
_ROLE = "mutation($input: RoleCreateInput!) { roleCreate(input: $input) { role { id } userErrors { code } } }"
_TOKEN = """mutation($input: ApiTokenCreateInput!) { apiTokenCreate(input: $input) {
  apiToken { id } userErrors { code } } }"""


async def _role(desk: Desk, key: str) -> str:
    with acting_for(desk.tenant_id):
        return to_global("rol", (await role_keys(desk.tenant_id))[key])


async def _issue(desk: Desk, person: Person, kind: TokenKind, **values: Any) -> tuple[str, str]:
    """A token of a person: its global id and its secret."""
    context = operator_context(desk.tenant_id)
    with acting_for(desk.tenant_id):
        async with transaction():
            issued = await issue(
                context, person.key, kind, expires_at=context.now() + timedelta(hours=1), **values
            )
    return to_global("tok", issued.id), issued.secret


async def _with_password(desk: Desk, person: Person) -> Person:
    hashed = await hash_password(PASSWORD)
    with acting_for(desk.tenant_id):
        async with transaction():
            await keep_password(operator_context(desk.tenant_id), person.key, hashed)
    return person


async def _invited(desk: Desk) -> dict[str, Any]:
    given = {"email": "lin@desk.example", "name": "Lin", "roleIds": [await _role(desk, "agent")]}
    answer = await desk.founder.ask(_INVITE, input=given)
    found: dict[str, Any] = answer.payload("userInvite")
    return found


async def _sign_in(desk: Desk) -> dict[str, Any]:
    person = await _with_password(desk, desk.admin)
    return {"email": person.email, "password": PASSWORD}


async def _sign_out(desk: Desk) -> dict[str, Any]:
    _, secret = await _issue(desk, desk.agent, TokenKind.SESSION)
    desk.people["session"] = Person(desk.served, desk.agent.key, secret, desk.agent.email)
    return {}


async def _session_revoke(desk: Desk) -> dict[str, Any]:
    return {"id": (await _issue(desk, desk.admin, TokenKind.SESSION))[0]}


async def _password_change(desk: Desk) -> dict[str, Any]:
    await _with_password(desk, desk.admin)
    return {"currentPassword": PASSWORD, "newPassword": NEW_PASSWORD}


async def _password_reset_request(desk: Desk) -> dict[str, Any]:
    return {"email": desk.customer.email}


async def _password_reset(desk: Desk) -> dict[str, Any]:
    return {"token": (await _issue(desk, desk.customer, TokenKind.RESET))[1], "newPassword": NEW_PASSWORD}


async def _impersonation_start(desk: Desk) -> dict[str, Any]:
    return {"userId": desk.customer.id}


async def _impersonation_stop(desk: Desk) -> dict[str, Any]:
    values = {"impersonator_id": desk.admin.key}
    return {"id": (await _issue(desk, desk.customer, TokenKind.IMPERSONATION, **values))[0]}


async def _user_create(desk: Desk) -> dict[str, Any]:
    return {"name": "Mei", "email": "mei@客户.中国"}


async def _user_update(desk: Desk) -> dict[str, Any]:
    return {"id": desk.agent.id, "name": "Lin"}


async def _user_invite(desk: Desk) -> dict[str, Any]:
    return {"email": "lin@desk.example", "name": "Lin", "roleIds": [await _role(desk, "agent")]}


async def _invitation_resend(desk: Desk) -> dict[str, Any]:
    return {"userId": (await _invited(desk))["user"]["id"]}


async def _invitation_revoke(desk: Desk) -> dict[str, Any]:
    return {"id": (await _invited(desk))["invitation"]["id"]}


async def _invitation_accept(desk: Desk) -> dict[str, Any]:
    invited = await desk.add("agent", status="INVITED")
    return {"token": (await _issue(desk, invited, TokenKind.INVITATION))[1], "password": PASSWORD}


async def _role_create(desk: Desk) -> dict[str, Any]:
    return {"name": "Night shift", "permissions": ["ticket.reply"], "ticketScope": "OWN"}


async def _made_role(desk: Desk) -> str:
    answer = await desk.founder.ask(_ROLE, input=await _role_create(desk))
    return str(answer.payload("roleCreate")["role"]["id"])


async def _role_update(desk: Desk) -> dict[str, Any]:
    return {"id": await _made_role(desk), "name": "Day shift"}


async def _role_delete(desk: Desk) -> dict[str, Any]:
    return {"id": await _made_role(desk)}


async def _api_token_create(desk: Desk) -> dict[str, Any]:
    return {"name": "CRM sync", "roleIds": [await _role(desk, "agent")]}


async def _api_token_revoke(desk: Desk) -> dict[str, Any]:
    answer = await desk.founder.ask(_TOKEN, input=await _api_token_create(desk))
    return {"id": answer.payload("apiTokenCreate")["apiToken"]["id"]}


async def _merge(desk: Desk) -> dict[str, Any]:
    return {"id": (await desk.add("twin", UserKind.CUSTOMER)).id, "intoId": desk.customer.id}


async def _customer(desk: Desk) -> dict[str, Any]:
    return {"id": desk.customer.id}


SAVE = """mutation($input: ResourceCreateInput!) { resourceCreate(input: $input) {
  resource { id } userErrors { code } } }"""


async def _resource(desk: Desk) -> str:
    answer = await desk.founder.ask(SAVE, input={"userId": desk.customer.id})
    return str(answer.payload("resourceCreate")["resource"]["id"])


async def _save(desk: Desk) -> dict[str, Any]:
    return {"customer": {"name": "Wang"}, "ticket": {"title": "t", "body": "b"}}


async def _claim(desk: Desk) -> dict[str, Any]:
    await make_group(
        desk, f"Takers {secrets.token_hex(4)}", desk.admin
    )  # whoever takes a customer takes the ticket
    return {"id": await _resource(desk), "ticket": {"title": "t", "body": "b"}, "idempotencyKey": None}


async def _release(desk: Desk) -> dict[str, Any]:
    key = await _resource(desk)
    await desk.admin.ask(
        "mutation($id: ID!) { resourceClaim(input: {id: $id}) { userErrors { code } } }", id=key
    )
    return {"id": key}


SAMPLES = {
    "resourceClaim": Sample(make=_claim),
    "resourceCreate": Sample(make=_save),
    "resourceRelease": Sample(make=_release),
    "customerAnonymize": Sample(make=_customer, denied="leader"),
    "customerErase": Sample(make=_customer, denied="leader"),
    "customerMerge": Sample(make=_merge, allowed="agent"),
    "signIn": Sample(make=_sign_in, denied=None, why_none="The password is the right.", anonymous=True),
    "signOut": Sample(make=_sign_out, allowed="session", denied="agent"),
    "sessionRevoke": Sample(make=_session_revoke, denied="agent"),
    "passwordChange": Sample(make=_password_change, denied="agent"),
    "passwordResetRequest": Sample(
        make=_password_reset_request, denied=None, why_none="The mail goes to the account.", anonymous=True
    ),
    "passwordReset": Sample(make=_password_reset, denied=None, why_none=_BY_TOKEN, anonymous=True),
    "impersonationStart": Sample(make=_impersonation_start, denied="agent"),
    "impersonationStop": Sample(make=_impersonation_stop, denied="agent"),
    "userCreate": Sample(make=_user_create, allowed="agent"),
    "userUpdate": Sample(make=_user_update, denied="leader"),
    "userInvite": Sample(make=_user_invite, denied="agent"),
    "invitationResend": Sample(make=_invitation_resend, denied="agent"),
    "invitationRevoke": Sample(make=_invitation_revoke, denied="agent"),
    "invitationAccept": Sample(make=_invitation_accept, denied=None, why_none=_BY_TOKEN, anonymous=True),
    "roleCreate": Sample(make=_role_create, denied="agent"),
    "roleUpdate": Sample(make=_role_update, denied="agent"),
    "roleDelete": Sample(make=_role_delete, denied="agent"),
    "apiTokenCreate": Sample(make=_api_token_create, denied="agent"),
    "apiTokenRevoke": Sample(make=_api_token_revoke, denied="agent"),
}
