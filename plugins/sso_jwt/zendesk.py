"""The form of Zendesk's JWT sign-in, which many sites can make already."""

from urllib.parse import urlencode

from pydantic import Field, HttpUrl, SecretStr, field_validator

from core.sdk import Credentials, Identity, PluginConfig, SSOProvider
from plugins.sso_jwt.tokens import (
    LONGEST_LIFE,
    WINDOW,
    check_claims,
    claims_of,
    issued_at,
    mark_of,
    needed,
    text_of,
    texts_of,
    token_of,
)

SHORTEST_SECRET = 32


class ZendeskConfig(PluginConfig):
    secret: SecretStr = Field(
        title="Secret",
        description="What your site signs with, HS256; at least 32 characters, for this alone.",
    )
    remote_login_url: HttpUrl | None = Field(
        None,
        title="Address to sign in at",
        description="Where your site signs people in and makes the token.",
    )
    trusts_email: bool = Field(
        False,
        title="Trust addresses",
        description="Whether your site has verified the addresses that it puts into tokens.",
    )

    @field_validator("secret")
    @classmethod
    def long_enough(cls, secret: SecretStr) -> SecretStr:
        if len(secret.get_secret_value().encode()) < SHORTEST_SECRET:
            raise ValueError("must have at least 32 characters, made at random")
        return secret


class Zendesk(SSOProvider[ZendeskConfig]):
    name = "zendesk"
    title = "JWT as for Zendesk"
    summary = (
        "Claims iat, jti, email and name; external_id, role and tags if you like. Signed by a shared secret."
    )
    Config = ZendeskConfig

    async def begin(self, return_to: str) -> str | None:
        return login_address(self.config.remote_login_url, return_to)

    async def verify(self, credentials: Credentials) -> Identity:
        from joserfc.jwk import OctKey

        now = self.ctx.now()
        token = token_of(credentials)
        key = OctKey.import_key(self.config.secret.get_secret_value())
        claims = claims_of(token, key, ["HS256"])
        made = issued_at(claims, now)
        check_claims(claims, now)  # exp and nbf where there are any
        known = text_of(claims, "external_id", longest=290)
        email = needed(text_of(claims, "email", longest=290), "email")
        return Identity(
            subject=f"id:{known}" if known else f"email:{email.lower()}",
            used_as=mark_of("zendesk", needed(text_of(claims, "jti"), "jti")),
            valid_until=made + max(WINDOW, LONGEST_LIFE),
            email=email,
            email_verified=self.config.trusts_email,
            name=needed(text_of(claims, "name"), "name"),
            groups=texts_of(claims, "tags") | texts_of(claims, "role"),
        )


def login_address(remote: HttpUrl | None, return_to: str) -> str | None:
    """The other side's sign-in page, which is to come back to `return_to`."""
    if remote is None:
        return None
    text = str(remote)
    return f"{text}{'&' if '?' in text else '?'}{urlencode({'return_to': return_to})}"
