"""Mutations of people: add, invite, change."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import strawberry
from strawberry import Maybe

from core.fields.inputs import CustomFieldValueInput, custom_inputs
from core.fields.service import CustomInput
from core.identity.cookies import session_cookie
from core.identity.graphql.enums import CustomerType, UserKind, UserStatus
from core.identity.graphql.sessions import COOKIE, visitor_of
from core.identity.graphql.types import Token, User
from core.identity.service import adding, inviting, updating
from core.identity.service.links import Sender
from core.identity.service.merging import merge_customer
from core.identity.states import CustomerType as Customer
from core.kit.context import UserKind as Kind
from core.kit.graph import Info, Payload, mutation, one
from core.kit.graph.input_reading import InputReading
from core.kit.graph.inputs import (
    EXPECTED_VERSION,
    IDEMPOTENCY_KEY,
    given_values,
    keys_from,
    needed_key,
)
from core.tickets.tagging import Tagging

_LOGIN_NAME = (
    "What they may sign in by beside their address: 2 to 60 characters without spaces and @, unique (B21)."
)
_PASSWORD = "10 to 256 characters, not the name or the address."  # noqa: S105 - a description


@strawberry.input(description="A customer or an external helper. Agents are invited, machines get tokens.")
class UserCreateInput:
    kind: UserKind = strawberry.field(
        default=UserKind.CUSTOMER, description="CUSTOMER or EXTERNAL; never changes."
    )
    customer_type: CustomerType | None = strawberry.field(
        default=None, description="What a customer is; a person unless told (B22)."
    )
    name: str = strawberry.field(description="The name others see; at most 120 characters.")
    login_name: str | None = strawberry.field(default=None, description=_LOGIN_NAME)
    email: str | None = strawberry.field(
        default=None, description="The e-mail address, unique in the helpdesk."
    )
    mobile: str | None = strawberry.field(
        default=None, description="The mobile number with its country, as +86 138 0013 8000."
    )
    locale: str | None = strawberry.field(default=None, description="The locale they read, as zh-Hans.")
    time_zone: str | None = strawberry.field(default=None, description="The IANA time zone they live in.")
    organization_id: strawberry.ID | None = strawberry.field(
        default=None,
        description="Their organisation; of customers the one that owns the address's domain unless told (D2).",
    )
    external_id: str | None = strawberry.field(
        default=None, description="The id another system knows them by, unique."
    )
    custom_fields: list[CustomFieldValueInput] | None = strawberry.field(
        default=None, description="Values of custom fields."
    )
    tag_ids: list[strawberry.ID] | None = strawberry.field(
        default=None, description="Tags of a customer (D15); at most 100."
    )
    idempotency_key: str | None = strawberry.field(default=None, description=IDEMPOTENCY_KEY)


@strawberry.input(description="A change of a user: what is left out stays, null empties. Of themselves everybody may "
                  "change name, mobile, locale and time zone.")  # fmt: skip
class UserUpdateInput:
    id: strawberry.ID = strawberry.field(description="The user.")
    expected_version: int | None = strawberry.field(
        default=None,
        description=EXPECTED_VERSION,
    )
    name: Maybe[str] = strawberry.field(default=None, description="The name others see.")
    customer_type: Maybe[CustomerType] = strawberry.field(
        default=None, description="What a customer is (B22)."
    )
    login_name: Maybe[str | None] = strawberry.field(default=None, description=_LOGIN_NAME)
    email: Maybe[str | None] = strawberry.field(default=None, description="The e-mail address.")
    mobile: Maybe[str | None] = strawberry.field(
        default=None, description="The mobile number with its country."
    )
    locale: Maybe[str | None] = strawberry.field(default=None, description="The locale they read.")
    time_zone: Maybe[str | None] = strawberry.field(
        default=None, description="The IANA time zone they live in."
    )
    organization_id: Maybe[strawberry.ID | None] = strawberry.field(
        default=None, description="Their organisation."
    )
    external_id: Maybe[str | None] = strawberry.field(
        default=None, description="The id another system knows them by."
    )
    custom_fields: list[CustomFieldValueInput] | None = strawberry.field(
        default=None, description="Values of custom fields to set or empty."
    )
    add_tag_ids: list[strawberry.ID] | None = strawberry.field(
        default=None, description="Tags to give a customer (D15)."
    )
    remove_tag_ids: list[strawberry.ID] | None = strawberry.field(
        default=None, description="Tags to take from them."
    )
    role_ids: list[strawberry.ID] | None = strawberry.field(
        default=None,
        description="The roles to hold from now on, in place of all others; needs `agent.manage`.",
    )
    status: UserStatus | None = strawberry.field(
        default=None, description="DISABLED ends every session and token at once; ACTIVE lets them in again."
    )
    idempotency_key: str | None = strawberry.field(default=None, description=IDEMPOTENCY_KEY)


@strawberry.input(description="Which customer to merge into which other.")
class CustomerMergeInput:
    id: strawberry.ID = strawberry.field(description="The customer who leads on to the other afterwards.")
    into_id: strawberry.ID = strawberry.field(description="The customer who stays.")
    expected_version: int | None = strawberry.field(default=None, description=EXPECTED_VERSION)
    idempotency_key: str | None = strawberry.field(default=None, description=IDEMPOTENCY_KEY)


@strawberry.input(description="An agent to invite by mail (B20).")
class UserInviteInput:
    email: str = strawberry.field(description="Where the invitation goes; the account's name.")
    name: str = strawberry.field(description="The name others see; they may word it themselves.")
    login_name: str | None = strawberry.field(default=None, description=_LOGIN_NAME)
    role_ids: list[strawberry.ID] = strawberry.field(
        description="The roles to hold: at least one, of rights you hold yourself."
    )
    group_ids: list[strawberry.ID] | None = strawberry.field(
        default=None, description="The groups to work in (B2)."
    )
    mobile: str | None = strawberry.field(default=None, description="The mobile number with its country.")
    locale: str | None = strawberry.field(
        default=None, description="The locale they read; the mail is in it."
    )
    time_zone: str | None = strawberry.field(default=None, description="The IANA time zone they live in.")
    organization_id: strawberry.ID | None = strawberry.field(
        default=None, description="The organisation they belong to (D1)."
    )
    external_id: str | None = strawberry.field(
        default=None, description="The id another system knows them by, unique."
    )
    idempotency_key: str | None = strawberry.field(default=None, description=IDEMPOTENCY_KEY)


@strawberry.input(description="Whom to invite once more.")
class InvitationResendInput:
    user_id: strawberry.ID = strawberry.field(description="An agent who has not accepted yet.")


@strawberry.input(description="Which invitation to take back.")
class InvitationRevokeInput:
    id: strawberry.ID = strawberry.field(description="The invitation, a token.")


@strawberry.input(description="An invitation's answer.")
class InvitationAcceptInput:
    token: str = strawberry.field(description="The token in the link.")
    password: str = strawberry.field(description=_PASSWORD)
    name: str | None = strawberry.field(default=None, description="The name others see, if another one.")
    cookie: bool = strawberry.field(default=False, description=COOKIE)


@strawberry.type(description="What `userCreate` answers.")
class UserCreatePayload(Payload):
    user: User | None = one("user_id", "The user.")


@strawberry.type(description="What `userUpdate` answers.")
class UserUpdatePayload(Payload):
    user: User | None = one("user_id", "The user as they are now.")


@strawberry.type(description="What `customerMerge` answers.")
class CustomerMergePayload(Payload):
    user: User | None = one("user_id", "The customer who stays, as they are now.")


@strawberry.type(description="What `userInvite` answers.")
class UserInvitePayload(Payload):
    user: User | None = one("user_id", "The agent to be.")
    invitation: Token | None = one("token_id", "The invitation under way.")


@strawberry.type(description="What `invitationResend` answers.")
class InvitationResendPayload(Payload):
    user: User | None = one("user_id", "The agent to be.")
    invitation: Token | None = one("token_id", "The invitation under way.")


@strawberry.type(description="What `invitationRevoke` answers.")
class InvitationRevokePayload(Payload):
    user: User | None = one("user_id", "Who was invited. They stay, and can be invited again.")


@strawberry.type(description="What `invitationAccept` answers.")
class InvitationAcceptPayload(Payload):
    token: str | None = strawberry.field(description="The token of the session; null with `cookie: true`.")
    expires_at: datetime | None = strawberry.field(description="When the session ends by itself.")


_PATCH = {
    "name": None, "customer_type": None, "login_name": None, "email": None, "mobile": None, "locale": None,
    "time_zone": None, "organization_id": "org",
    "external_id": None,
}  # fmt: skip


def _new_user(reading: InputReading, input: Any, kind: Kind, status: str = "ACTIVE") -> adding.NewUser:
    return adding.NewUser(
        kind=kind,
        name=input.name,
        customer_type=_customer_type(getattr(input, "customer_type", None)),
        login_name=input.login_name,
        email=input.email,
        mobile=input.mobile,
        locale=input.locale,
        time_zone=input.time_zone,
        organization_id=reading.key(input.organization_id, "org", "organizationId"),
        external_id=input.external_id,
        tag_ids=reading.keys(getattr(input, "tag_ids", None), "tag", "tagIds"),
        status=status,
    )


def _customer_type(given: CustomerType | None) -> Customer | None:
    return None if given is None else Customer(given.name)


def _values(input: UserUpdateInput) -> dict[str, Any]:
    values = given_values(input, _PATCH)
    if values.get("customer_type") is not None:
        values["customer_type"] = values["customer_type"].name
    return values


def _sender(info: Info) -> Sender:
    return Sender(info.context.app.base_url, info.context.app.invitation_lifetime)


@strawberry.type
class PeopleMutation:
    @mutation("Add a customer or an external helper.", permission="customer.manage")
    async def user_create(info: Info, input: UserCreateInput) -> UserCreatePayload:
        reading = InputReading()
        new = _new_user(reading, input, Kind(input.kind.name))
        custom: Sequence[CustomInput] = reading.read(lambda: custom_inputs(input.custom_fields), ())
        with reading.told():
            user = await adding.create_user(info.context.ctx, new, custom)
        return UserCreatePayload.of(user_id=user.id)

    @mutation("Change a user: oneself, or with the right others.")
    async def user_update(info: Info, input: UserUpdateInput) -> UserUpdatePayload:
        user_id = needed_key(input.id, "usr", "id")
        patch = updating.UserPatch(
            values=_values(input),
            custom=custom_inputs(input.custom_fields),
            role_ids=keys_from(input.role_ids, "rol", "roleIds") if input.role_ids is not None else None,
            status=input.status.name if input.status is not None else None,
            tags=Tagging(
                keys_from(input.add_tag_ids, "tag", "addTagIds"),
                keys_from(input.remove_tag_ids, "tag", "removeTagIds"),
            ),
            expected_version=input.expected_version,
        )
        await updating.update_user(info.context.ctx, user_id, patch)
        return UserUpdatePayload.of(user_id=user_id)

    @mutation(
        "Merge a customer into another who is the same person (D9). Tickets, messages, watches and identities go there;"
        " the first leads on. There is no way back.",
        permission="customer.merge",
    )
    async def customer_merge(info: Info, input: CustomerMergeInput) -> CustomerMergePayload:
        user_id, into = needed_key(input.id, "usr", "id"), needed_key(input.into_id, "usr", "intoId")
        await merge_customer(info.context.ctx, user_id, into=into, expected_version=input.expected_version)
        return CustomerMergePayload.of(user_id=into)

    @mutation("Invite an agent: they get a mail, set a password and are in.", permission="agent.manage")
    async def user_invite(info: Info, input: UserInviteInput) -> UserInvitePayload:
        reading = InputReading()
        new = _new_user(reading, input, Kind.AGENT, "INVITED")
        role_ids = reading.keys(input.role_ids, "rol", "roleIds")
        group_ids = reading.keys(input.group_ids, "grp", "groupIds")
        with reading.told():
            invited = await inviting.invite(
                info.context.ctx, new, _sender(info), role_ids=role_ids, group_ids=group_ids
            )
        return UserInvitePayload.of(user_id=invited.user_id, token_id=invited.token_id)

    @mutation("Send an invitation once more; the former link stops working.", permission="agent.manage")
    async def invitation_resend(info: Info, input: InvitationResendInput) -> InvitationResendPayload:
        user_id = needed_key(input.user_id, "usr", "userId")
        invited = await inviting.invite_again(info.context.ctx, user_id, _sender(info))
        return InvitationResendPayload.of(user_id=user_id, token_id=invited.token_id)

    @mutation("Take an invitation back: its link stops working.", permission="agent.manage")
    async def invitation_revoke(info: Info, input: InvitationRevokeInput) -> InvitationRevokePayload:
        user_id = await inviting.revoke_invitation(info.context.ctx, needed_key(input.id, "tok", "id"))
        return InvitationRevokePayload.of(user_id=user_id)

    @mutation("Accept an invitation: set a password and be signed in.", anonymous=True)
    async def invitation_accept(info: Info, input: InvitationAcceptInput) -> InvitationAcceptPayload:
        lifetime = info.context.app.session_lifetime
        issued = await inviting.accept_invitation(
            visitor_of(info), input.token, input.password, input.name, lifetime=lifetime
        )
        if input.cookie:
            info.context.cookies.append(session_cookie(issued.secret, lifetime))
        secret = None if input.cookie else issued.secret
        return InvitationAcceptPayload.of(token=secret, expires_at=issued.expires_at)
