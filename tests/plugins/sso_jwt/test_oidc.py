"""Tokens with OpenID Connect's claims: issuer, audience, published keys, and every way around them."""

import base64
import hashlib
import hmac
import json
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from joserfc import jwt
from joserfc.jwk import ECKey, KeySet, OctKey, RSAKey
from pydantic import ValidationError

from core.sdk import Rejected, Retry
from plugins.sso_jwt.keys import KeyStore
from plugins.sso_jwt.oidc import Oidc, OidcConfig
from tests.plugins.sso_jwt.forging import SECRET, Answered, Context, Http, part, seconds, verified

RSA = RSAKey.generate_key(2048, {"kid": "one"})
OTHER = RSAKey.generate_key(2048, {"kid": "one"})
EC = ECKey.generate_key("P-256", {"kid": "two"})
KEYS = json.dumps(KeySet([RSA, EC]).as_dict(private=False))
BASE = {"issuer": "https://id.example", "audience": "desk", "algorithm": "RS256"}
CONFIG = OidcConfig.model_validate({**BASE, "jwks": KEYS})
CLAIMS = {
    "iss": "https://id.example", "aud": "desk", "sub": "u-1", "iat": seconds(), "exp": seconds(-300), "jti": "one",
    "email": "mei@site.example", "email_verified": True, "name": "李梅", "groups": ["support"],
}  # fmt: skip


def signed(claims: dict[str, Any] | None = None, *, key: Any = RSA, alg: str = "RS256", **header: Any) -> str:
    given = {"alg": alg, "kid": key.kid, **header} if key.kid else {"alg": alg, **header}
    return jwt.encode(given, claims or CLAIMS, key, algorithms=[alg])


async def test_a_token_says_who_it_is() -> None:
    found = await verified(Oidc, CONFIG, {"jwt": signed()})

    assert (found.subject, found.email, found.email_verified, found.groups) == (
        "u-1", "mei@site.example", True, frozenset({"support"}),
    )  # fmt: skip


@pytest.mark.parametrize("value", [False, None, "true", 1])
async def test_an_address_is_verified_only_when_the_issuer_says_so(value: object) -> None:
    assert not (
        await verified(Oidc, CONFIG, {"jwt": signed({**CLAIMS, "email_verified": value})})
    ).email_verified


async def test_each_algorithm_serves() -> None:
    elliptic = OidcConfig.model_validate({**BASE, "algorithm": "ES256", "jwks": KEYS})
    shared = OidcConfig.model_validate({**BASE, "algorithm": "HS256", "secret": SECRET})

    assert (await verified(Oidc, elliptic, {"jwt": signed(key=EC, alg="ES256")})).subject == "u-1"
    assert (
        await verified(Oidc, shared, {"jwt": signed(key=OctKey.import_key(SECRET), alg="HS256")})
    ).subject == "u-1"


def confused() -> str:
    """Signed with the public key as if it were a shared secret."""
    text = f"{part({'alg': 'HS256', 'kid': 'one'})}.{part(CLAIMS)}"
    signature = hmac.new(RSA.as_pem(private=False), text.encode(), hashlib.sha256).digest()
    return f"{text}.{base64.urlsafe_b64encode(signature).decode().rstrip('=')}"


FORGED = {
    "public key as a secret": confused(),
    "alg none": f"{part({'alg': 'none'})}.{part(CLAIMS)}.",
    "other key of the same name": signed(key=OTHER),
    "other algorithm of ours": signed(key=EC, alg="ES256"),
    "unknown kid": signed(kid="three"),
    "kid that is a statement": signed(kid="' or 1=1 --"),
    "own key in the header": signed(key=OTHER, jwk=OTHER.as_dict(private=False)),
    "own keys' address": signed(key=OTHER, jku="https://evil.example/keys"),
}


@pytest.mark.parametrize("token", FORGED.values(), ids=FORGED.keys())
async def test_what_is_forged_is_refused(token: str) -> None:
    with pytest.raises(Rejected):
        await verified(Oidc, CONFIG, {"jwt": token})


WRONG: dict[str, dict[str, Any]] = {
    "issuer": {"iss": "https://id.example/"},
    "no issuer": {"iss": None},
    "audience": {"aud": "other"},
    "no audience": {"aud": None},
    "audiences without us": {"aud": ["other", "another"]},
    "no subject": {"sub": None},
    "empty subject": {"sub": ""},
    "no exp": {"exp": None},
    "expired": {"exp": seconds(61)},
    "lives long": {"exp": seconds(-601)},
    "exp huge": {"exp": 10**30},
    "exp as text": {"exp": "9999999999"},
    "no iat": {"iat": None},
    "iat of an hour ago": {"iat": seconds(3600)},
    "no jti": {"jti": None},
    "not yet": {"nbf": seconds(-120)},
}


@pytest.mark.parametrize("changes", WRONG.values(), ids=WRONG.keys())
async def test_a_claim_that_does_not_fit_is_refused(changes: dict[str, Any]) -> None:
    claims = {name: value for name, value in {**CLAIMS, **changes}.items() if value is not None}

    with pytest.raises(Rejected):
        await verified(Oidc, CONFIG, {"jwt": signed(claims)})


async def test_keys_are_read_where_they_are_published() -> None:
    config = OidcConfig.model_validate({**BASE, "jwks_url": "https://id.example/keys"})
    http = Http(
        [
            Answered(503, b""),
            Answered(404, b""),
            Answered(404, b""),
            Answered(200, b"<html>"),
            Answered(200, KEYS.encode()),
        ]
    )
    ctx = Context(http)

    for _ in range(2):
        with pytest.raises(Retry):
            await verified(Oidc, config, {"jwt": signed()}, ctx)
    for _ in range(2):
        with pytest.raises(Rejected):
            await Oidc(config, ctx).check()
    assert (await verified(Oidc, config, {"jwt": signed()}, ctx)).subject == "u-1"
    assert http.asked == ["https://id.example/keys"] * 5


def later(ctx: Context, **by: int) -> Context:
    """The same tenant and its Internet, after a while."""
    return replace(ctx, passed=ctx.passed + timedelta(**by))


def fresh(ctx: Context, key: Any = RSA) -> str:
    moved = int(ctx.passed.total_seconds())
    return signed({**CLAIMS, "iat": CLAIMS["iat"] + moved, "exp": CLAIMS["exp"] + moved}, key=key)


async def test_published_keys_are_kept_for_a_while() -> None:
    config = OidcConfig.model_validate({**BASE, "jwks_url": "https://id.example/kept"})
    ctx = Context(Http([Answered(200, KEYS.encode())] * 3))

    for passed in (0, 5, 9):
        at = later(ctx, minutes=passed)
        assert (await verified(Oidc, config, {"jwt": fresh(at)}, at)).subject == "u-1"
    assert len(ctx.http.asked) == 1
    at = later(ctx, minutes=11)
    await verified(Oidc, config, {"jwt": fresh(at)}, at)
    assert len(ctx.http.asked) == 2
    await Oidc(config, at).check()
    assert len(ctx.http.asked) == 3


async def test_one_tenant_s_keys_are_no_other_s() -> None:
    config = OidcConfig.model_validate({**BASE, "jwks_url": "https://id.example/each"})
    mine, theirs = (
        Context(Http([Answered(200, json.dumps(KeySet([key]).as_dict(private=False)).encode())]))
        for key in (RSA, OTHER)
    )

    assert (await verified(Oidc, config, {"jwt": signed()}, mine)).subject == "u-1"
    with pytest.raises(Rejected):
        await verified(Oidc, config, {"jwt": signed()}, theirs)


async def test_a_new_key_is_asked_for_but_not_at_every_attempt() -> None:
    config = OidcConfig.model_validate({**BASE, "jwks_url": "https://id.example/rotated"})
    new = RSAKey.generate_key(2048, {"kid": "new"})
    both = json.dumps(KeySet([RSA, new]).as_dict(private=False)).encode()
    ctx = Context(Http([Answered(200, KEYS.encode()), Answered(200, both)]))

    await verified(Oidc, config, {"jwt": signed()}, ctx)
    for _ in range(3):
        with pytest.raises(Rejected):
            await verified(Oidc, config, {"jwt": signed(key=new)}, ctx)
    assert len(ctx.http.asked) == 1
    at = later(ctx, minutes=2)
    assert (await verified(Oidc, config, {"jwt": fresh(at, new)}, at)).subject == "u-1"
    for _ in range(3):
        with pytest.raises(Rejected):
            await verified(Oidc, config, {"jwt": signed(kid="none of these")}, at)
    assert len(ctx.http.asked) == 2


async def test_a_forged_signature_asks_for_nothing() -> None:
    config = OidcConfig.model_validate({**BASE, "jwks_url": "https://id.example/forged"})
    ctx = Context(Http([Answered(200, KEYS.encode())]))
    await verified(Oidc, config, {"jwt": signed()}, ctx)

    at = later(ctx, minutes=5)
    with pytest.raises(Rejected):
        await verified(Oidc, config, {"jwt": fresh(at, OTHER)}, at)
    assert len(ctx.http.asked) == 1


async def test_keys_of_few_addresses_are_kept() -> None:
    store, ctx = KeyStore(), Context(Http([Answered(200, KEYS.encode())] * 300))

    for number in range(257):
        await store.get(ctx, f"https://id.example/{number}")
    await store.get(ctx, "https://id.example/256")
    assert len(ctx.http.asked) == 257
    await store.get(ctx, "https://id.example/0")
    assert len(ctx.http.asked) == 258


async def test_who_brings_no_token_has_nothing_fetched() -> None:
    config = OidcConfig.model_validate({**BASE, "jwks_url": "https://id.example/keys"})
    http = Http()

    with pytest.raises(Rejected):
        await verified(Oidc, config, {"jwt": "x" * 9000}, Context(http))
    assert http.asked == []


BAD: dict[str, dict[str, Any]] = {
    "no keys": {},
    "secret for RS256": {"secret": SECRET},
    "both": {"jwks": KEYS, "jwks_url": "https://id.example/keys"},
    "HS256 with keys": {"algorithm": "HS256", "jwks": KEYS},
    "short secret": {"algorithm": "HS256", "secret": "x" * 31},
    "private keys": {"jwks": json.dumps(KeySet([RSA]).as_dict(private=True))},
    "shared keys": {"jwks": json.dumps({"keys": [{"kty": "oct", "k": "abc"}]})},
    "no JSON": {"jwks": "{"},
    "alg none": {"algorithm": "none", "jwks": KEYS},
}


@pytest.mark.parametrize("changes", BAD.values(), ids=BAD.keys())
def test_a_configuration_that_is_not_safe_is_refused(changes: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        OidcConfig.model_validate({**BASE, **changes})
