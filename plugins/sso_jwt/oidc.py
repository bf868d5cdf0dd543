"""Tokens with the claims of OpenID Connect: of an issuer, for an audience, signed by a secret or by published keys."""

from collections.abc import Mapping
from datetime import timedelta
from typing import TYPE_CHECKING, Annotated, Any, Literal

from pydantic import Field, HttpUrl, SecretStr, StringConstraints, model_validator

from core.sdk import Credentials, Identity, PluginConfig, Rejected, Retry, SSOProvider
from plugins.sso_jwt.keys import ASKED_AGAIN, KEPT, KEYS, read_keys
from plugins.sso_jwt.tokens import (
    LONGEST_LIFE,
    WINDOW,
    check_claims,
    claims_of,
    issued_at,
    mark_of,
    names_another_key,
    needed,
    text_of,
    texts_of,
    token_of,
)
from plugins.sso_jwt.zendesk import SHORTEST_SECRET, login_address

if TYPE_CHECKING:
    from joserfc.jwk import KeyFlexible

Algorithm = Literal["HS256", "RS256", "PS256", "ES256", "EdDSA"]
Word = Annotated[str, StringConstraints(min_length=1, max_length=300)]


class OidcConfig(PluginConfig):
    issuer: Word = Field(title="Issuer", description="What tokens name as `iss`, to the letter.")
    audience: Word = Field(title="Audience", description="What tokens name as `aud`: this helpdesk.")
    algorithm: Algorithm = Field(
        title="Algorithm", description="The one that tokens are signed with; all others are refused."
    )
    secret: SecretStr | None = Field(
        None,
        title="Secret",
        description="For HS256: what they are signed with; at least 32 characters.",
    )
    jwks_url: HttpUrl | None = Field(
        None, title="Address of the keys", description="For the others: where the issuer publishes its keys."
    )
    jwks: str | None = Field(
        None, title="Keys", max_length=20_000, description="Instead of an address: the keys themselves."
    )
    groups_claim: Word = Field(
        "groups", title="Claim of groups", description="The claim that names people's groups."
    )
    remote_login_url: HttpUrl | None = Field(
        None, title="Address to sign in at", description="Where people sign in at the other side."
    )

    @model_validator(mode="after")
    def one_source_of_keys(self) -> "OidcConfig":
        given = [each is not None for each in (self.secret, self.jwks_url, self.jwks)]
        if given != [True, False, False] and self.algorithm == "HS256":
            raise ValueError("HS256 takes a secret and no other keys")
        if self.algorithm != "HS256" and (self.secret is not None or sum(given) != 1):
            raise ValueError("all but HS256 take either jwks_url or jwks, and no secret")
        if self.secret is not None and len(self.secret.get_secret_value().encode()) < SHORTEST_SECRET:
            raise ValueError("secret must have at least 32 characters, made at random")
        if self.jwks is not None:
            read_keys(self.jwks)
        return self


class Oidc(SSOProvider[OidcConfig]):
    name = "oidc_claims"
    title = "JWT with the claims of OpenID Connect"
    summary = "Claims iss, aud, sub, iat, exp and jti; email, email_verified, name and groups if you like."
    Config = OidcConfig

    async def check(self) -> None:
        await self._key(newer_than=timedelta(0))

    async def begin(self, return_to: str) -> str | None:
        return login_address(self.config.remote_login_url, return_to)

    async def verify(self, credentials: Credentials) -> Identity:
        config, now = self.config, self.ctx.now()
        claims = await self._claims(token_of(credentials))
        essential = {"essential": True}
        check_claims(
            claims, now,
            iss={"essential": True, "value": config.issuer}, aud={"essential": True, "value": config.audience},
            exp=essential, iat=essential, jti=essential, sub=essential,
        )  # fmt: skip
        made = issued_at(claims, now)
        lives = _whole(claims.get("exp")) - int(made.timestamp())
        if lives > LONGEST_LIFE.total_seconds():
            raise Rejected("The token lives longer than 10 minutes.")
        subject = needed(text_of(claims, "sub"), "sub")
        return Identity(
            subject=subject,
            used_as=mark_of("oidc", needed(text_of(claims, "jti"), "jti")),
            valid_until=made + LONGEST_LIFE + WINDOW,
            email=text_of(claims, "email"),
            email_verified=claims.get("email_verified") is True,
            name=text_of(claims, "name"),
            groups=texts_of(claims, config.groups_claim),
        )

    async def _claims(self, token: str) -> Mapping[str, Any]:
        """Those of a token with a good signature. A key that is not known yet may be new at the other side."""
        key = await self._known_key(KEPT)
        try:
            return claims_of(token, key, [self.config.algorithm])
        except Rejected:
            newer = await self._known_key(ASKED_AGAIN) if names_another_key(token, key) else key
            if newer is key:
                raise
            return claims_of(token, newer, [self.config.algorithm])

    async def _known_key(self, newer_than: timedelta) -> "KeyFlexible":
        try:
            return await self._key(newer_than=newer_than)
        except Rejected as error:  # which is nothing that the visitor could mend
            raise Retry(error.message) from error

    async def _key(self, *, newer_than: timedelta) -> "KeyFlexible":
        config = self.config
        if config.secret is not None:
            from joserfc.jwk import OctKey

            return OctKey.import_key(config.secret.get_secret_value())
        if config.jwks is not None:
            return read_keys(config.jwks)
        return await KEYS.get(self.ctx, str(config.jwks_url), newer_than=newer_than)


def _whole(value: object) -> int:
    if isinstance(value, bool) or not isinstance(value, int):
        raise Rejected("exp is a whole number of seconds.")
    return value
