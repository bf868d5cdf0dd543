"""Mutations that let people in and out: sessions, passwords, acting as another."""

from datetime import datetime

import strawberry

from core.identity.cookies import no_cookie, session_cookie
from core.identity.graphql.types import Token, User
from core.identity.service import entering, impersonating, passwords, tokens
from core.identity.service.links import Sender
from core.identity.visitors import Visitor
from core.kit.graph import Info, Payload, mutation, one
from core.kit.graph.inputs import key_from, needed_key


def visitor_of(info: Info) -> Visitor:
    """Who is at the door, signed in or not."""
    caller = info.context.connection
    return Visitor(tenant_id=caller.tenant_id, ip=caller.ip, user_agent=caller.user_agent)


COOKIE = "Put the token into a cookie that scripts cannot read, and not into the answer. For browsers."


@strawberry.input(description="An account and its password. The helpdesk is the one at the host name.")
class SignInInput:
    email: str = strawberry.field(description="The address of the account, or its login name.")
    password: str = strawberry.field(description="Its password.")
    cookie: bool = strawberry.field(default=False, description=COOKIE)


@strawberry.input(description="Nothing has to be said to sign out.")
class SignOutInput:
    everywhere: bool = strawberry.field(default=False, description="End one's other sessions, too.")


@strawberry.input(description="Which session to end.")
class SessionRevokeInput:
    id: strawberry.ID = strawberry.field(description="The token; one's own.")


@strawberry.input(description="The present password and the one to come.")
class PasswordChangeInput:
    current_password: str = strawberry.field(description="The present password.")
    new_password: str = strawberry.field(description="The password to come; 10 to 256 characters.")


@strawberry.input(description="Whose password to set anew.")
class PasswordResetRequestInput:
    email: str = strawberry.field(description="The address of the account; the link goes there.")


@strawberry.input(description="A new password by a mailed link.")
class PasswordResetInput:
    token: str = strawberry.field(description="The token in the link.")
    new_password: str = strawberry.field(description="The password to come; 10 to 256 characters.")


@strawberry.input(description="Whom to act as.")
class ImpersonationStartInput:
    user_id: strawberry.ID = strawberry.field(
        description="An active agent or customer who may do no more than you."
    )
    reason: str | None = strawberry.field(
        default=None, description="Why, for the security log; at most 400 characters."
    )


@strawberry.input(description="Which impersonation to stop.")
class ImpersonationStopInput:
    id: strawberry.ID | None = strawberry.field(
        default=None, description="The impersonation, a token; the one this request came with unless told."
    )


@strawberry.type(description="What `signIn` answers.")
class SignInPayload(Payload):
    token: str | None = strawberry.field(
        description="The token for `Authorization: Bearer …`; null with `cookie: true`."
    )
    expires_at: datetime | None = strawberry.field(description="When the session ends by itself.")


@strawberry.type(description="What `signOut` answers.")
class SignOutPayload(Payload):
    pass


@strawberry.type(description="What `sessionRevoke` answers.")
class SessionRevokePayload(Payload):
    session: Token | None = one("token_id", "The session, which has ended.")


@strawberry.type(description="What `passwordChange` answers.")
class PasswordChangePayload(Payload):
    pass


@strawberry.type(
    description="What `passwordResetRequest` answers: the same whether or not there is such an account."
)
class PasswordResetRequestPayload(Payload):
    pass


@strawberry.type(description="What `passwordReset` answers.")
class PasswordResetPayload(Payload):
    pass


@strawberry.type(description="What `impersonationStart` answers.")
class ImpersonationStartPayload(Payload):
    token: str | None = strawberry.field(description="The token to act with, for `Authorization: Bearer …`.")
    expires_at: datetime | None = strawberry.field(
        description="When it stops working by itself: after an hour."
    )
    user: User | None = one("user_id", "Whom one acts as.")


@strawberry.type(description="What `impersonationStop` answers.")
class ImpersonationStopPayload(Payload):
    pass


@strawberry.type
class SessionMutation:
    @mutation("Sign in with e-mail and password. Failed attempts are limited.", anonymous=True)
    async def sign_in(info: Info, input: SignInInput) -> SignInPayload:
        lifetime = info.context.app.session_lifetime
        issued = await entering.sign_in(visitor_of(info), input.email, input.password, lifetime=lifetime)
        if input.cookie:
            info.context.cookies.append(session_cookie(issued.secret, lifetime))
        return SignInPayload.of(token=None if input.cookie else issued.secret, expires_at=issued.expires_at)

    @mutation("End the session this request came with.")
    async def sign_out(info: Info, input: SignOutInput) -> SignOutPayload:
        await tokens.sign_out(info.context.ctx, everywhere=input.everywhere)
        info.context.cookies.append(no_cookie())
        return SignOutPayload.of()

    @mutation("End one of one's own sessions, for instance on a lost device.")
    async def session_revoke(info: Info, input: SessionRevokeInput) -> SessionRevokePayload:
        token_id = needed_key(input.id, "tok", "id")
        await tokens.revoke_session(info.context.ctx, token_id)
        return SessionRevokePayload.of(token_id=token_id)

    @mutation("Give oneself a new password. One's other sessions end.", anonymous=True)
    async def password_change(info: Info, input: PasswordChangeInput) -> PasswordChangePayload:
        await passwords.change_password(info.context.ctx, input.current_password, input.new_password)
        return PasswordChangePayload.of()

    @mutation("Have a link for a new password mailed.", anonymous=True)
    async def password_reset_request(
        info: Info, input: PasswordResetRequestInput
    ) -> PasswordResetRequestPayload:
        sender = Sender(info.context.app.base_url, passwords.RESET_LIFETIME)
        await passwords.request_reset(visitor_of(info), input.email, sender)
        return PasswordResetRequestPayload.of()

    @mutation("Set a new password with a mailed link. Every session ends.", anonymous=True)
    async def password_reset(info: Info, input: PasswordResetInput) -> PasswordResetPayload:
        await passwords.reset_password(visitor_of(info), input.token, input.new_password)
        return PasswordResetPayload.of()

    @mutation(
        "Act as another user for up to an hour. Whatever is done names you.", permission="user.impersonate"
    )
    async def impersonation_start(info: Info, input: ImpersonationStartInput) -> ImpersonationStartPayload:
        user_id = needed_key(input.user_id, "usr", "userId")
        issued = await impersonating.start_impersonation(info.context.ctx, user_id, input.reason)
        return ImpersonationStartPayload.of(
            token=issued.secret, expires_at=issued.expires_at, user_id=user_id
        )

    @mutation("Stop acting as another user: that token works no longer.")
    async def impersonation_stop(info: Info, input: ImpersonationStopInput) -> ImpersonationStopPayload:
        ctx = info.context.ctx
        await impersonating.stop_impersonation(ctx, key_from(input.id, "tok", "id") or ctx.viewer.token_id)
        return ImpersonationStopPayload.of()
