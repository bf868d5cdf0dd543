"""Tokens in Zendesk's form: what lets somebody in, and every way around it."""

import base64
import hashlib
import hmac
import json
from datetime import timedelta
from typing import Any

import pytest
from joserfc import jwt
from joserfc.jwk import OctKey
from pydantic import ValidationError

from core.sdk import Identity, Rejected
from plugins.sso_jwt.zendesk import Zendesk, ZendeskConfig
from tests.plugins.sso_jwt.forging import NOW, SECRET, Context, part, seconds, verified

CONFIG = ZendeskConfig.model_validate({"secret": SECRET, "trusts_email": True})
CLAIMS = {"iat": seconds(), "jti": "one", "email": "Mei@site.example", "name": "李梅"}


def signed(claims: dict[str, Any], *, secret: str = SECRET, alg: str = "HS256", **header: Any) -> str:
    return jwt.encode({"alg": alg, **header}, claims, OctKey.import_key(secret), algorithms=[alg])


def raw(header: object, payload: object, *, secret: str = SECRET, digest: Any = hashlib.sha256) -> str:
    """Signed by hand: what no library would make."""
    text = f"{part(header)}.{part(payload)}"
    signature = hmac.new(secret.encode(), text.encode(), digest).digest()
    return f"{text}.{base64.urlsafe_b64encode(signature).decode().rstrip('=')}"


async def identity(token: str, config: ZendeskConfig = CONFIG) -> Identity:
    return await verified(Zendesk, config, {"jwt": token})


async def test_a_token_says_who_it_is() -> None:
    token = signed({**CLAIMS, "external_id": "42", "tags": ["vip", "paid"], "role": "agent"})

    found = await identity(token)

    assert (found.subject, found.email, found.email_verified, found.name) == (
        "id:42", "Mei@site.example", True, "李梅",
    )  # fmt: skip
    assert found.groups == {"vip", "paid", "agent"}
    assert found.valid_until >= NOW + timedelta(minutes=3)


async def test_without_an_id_the_address_is_who_it_is() -> None:
    assert (await identity(signed(CLAIMS))).subject == "email:mei@site.example"


async def test_an_id_cannot_pass_for_an_address() -> None:
    claims = {**CLAIMS, "external_id": "email:mei@site.example"}

    assert (await identity(signed(claims))).subject == "id:email:mei@site.example"


async def test_an_address_is_believed_only_where_the_tenant_says_so() -> None:
    config = ZendeskConfig.model_validate({"secret": SECRET})

    assert not (await identity(signed(CLAIMS), config)).email_verified


async def test_the_same_token_is_known_again() -> None:
    first, again = [await identity(signed(CLAIMS)) for _ in range(2)]
    other = await identity(signed({**CLAIMS, "jti": "two"}))

    assert first.used_as == again.used_as != other.used_as


HEAD = {"alg": "HS256", "typ": "JWT"}
FORGED = {
    "nothing": "",
    "no token": "abc",
    "two parts": f"{part(HEAD)}.{part(CLAIMS)}",
    "alg none": f"{part({'alg': 'none'})}.{part(CLAIMS)}.",
    "alg None": f"{part({'alg': 'None'})}.{part(CLAIMS)}.",
    "no alg": raw({"typ": "JWT"}, CLAIMS),
    "no signature": f"{part(HEAD)}.{part(CLAIMS)}.",
    "other secret": signed(CLAIMS, secret="another-secret-of-thirty-two-bytes!!"),
    "HS512": signed(CLAIMS, alg="HS512"),
    "HS384": signed(CLAIMS, alg="HS384"),
    "own key in jwk": raw(
        {**HEAD, "jwk": {"kty": "oct", "k": part("x" * 32)}}, CLAIMS, secret="x" * 32
    ),
    "own key at jku": raw({**HEAD, "jku": "https://evil.example/keys"}, CLAIMS, secret="x" * 32),
    "own key at x5u": raw({**HEAD, "x5u": "https://evil.example/cert"}, CLAIMS, secret="x" * 32),
    "kid that is a path": raw({**HEAD, "kid": "../../dev/null"}, CLAIMS, secret=""),
    "critical unknown": raw({**HEAD, "crit": ["x"], "x": 1}, CLAIMS),
    "changed payload": ".".join(
        [signed(CLAIMS).split(".")[0], part({**CLAIMS, "email": "boss@site.example"}), signed(CLAIMS).split(".")[2]]
    ),
    "long": signed({**CLAIMS, "pad": "x" * 200_000}),
    "claims that are a list": raw(HEAD, [CLAIMS]),
    "claims that are no JSON": raw(HEAD, "{"),
    "bytes that are no text": "\udcff.a.b",
}  # fmt: skip


@pytest.mark.parametrize("token", FORGED.values(), ids=FORGED.keys())
async def test_what_is_forged_is_refused(token: str) -> None:
    with pytest.raises(Rejected):
        await identity(token)


STALE: dict[str, dict[str, Any]] = {
    "no iat": {"iat": None},
    "iat of long ago": {"iat": seconds(181)},
    "iat of long ago, exp far ahead": {"iat": seconds(3600), "exp": seconds(-86400)},
    "iat ahead": {"iat": seconds(-181)},
    "iat as text": {"iat": str(seconds())},
    "iat as fraction": {"iat": seconds() + 0.5},
    "iat true": {"iat": True},
    "iat huge": {"iat": 10**30},
    "iat after all years": {"iat": 2**39},
    "iat negative": {"iat": -1},
    "expired": {"exp": seconds(61)},
    "exp as text": {"exp": "9999999999"},
    "not yet": {"nbf": seconds(-120)},
    "no jti": {"jti": None},
    "empty jti": {"jti": " "},
    "jti a number": {"jti": 7},
    "no email": {"email": None},
    "email a list": {"email": ["a@b.example"]},
    "no name": {"name": None},
    "long name": {"name": "x" * 301},
    "null in the email": {"email": "a\x00@b.example"},
    "half a character in the name": {"name": "\ud83d"},
    "half a character in the jti": {"jti": "\ud83d"},
    "tags of numbers": {"tags": [1]},
    "id an object": {"external_id": {"$ne": ""}},
}


@pytest.mark.parametrize("changes", STALE.values(), ids=STALE.keys())
async def test_what_is_stale_or_odd_is_refused(changes: dict[str, Any]) -> None:
    claims = {name: value for name, value in {**CLAIMS, **changes}.items() if value is not None}

    with pytest.raises(Rejected):
        await identity(raw(HEAD, claims))


@pytest.mark.parametrize("value", ["NaN", "Infinity", "-Infinity", "1e400"])
@pytest.mark.parametrize("name", ["iat", "exp"])
async def test_numbers_that_are_none_are_refused(name: str, value: str) -> None:
    claims = {each: known for each, known in CLAIMS.items() if each != name}

    with pytest.raises(Rejected):
        await identity(raw(HEAD, json.dumps(claims)[:-1] + f', "{name}": {value}}}'))


async def test_a_minute_of_difference_between_clocks_is_borne() -> None:
    for ago in (60, -60, 179):
        assert (await identity(signed({**CLAIMS, "iat": seconds(ago)}))).name == "李梅"


@pytest.mark.parametrize("secret", ["", "short", "x" * 31])
def test_a_secret_has_a_length(secret: str) -> None:
    with pytest.raises(ValidationError):
        ZendeskConfig.model_validate({"secret": secret})


async def test_a_visitor_is_sent_to_the_other_side() -> None:
    config = ZendeskConfig.model_validate(
        {"secret": SECRET, "remote_login_url": "https://site.example/login?lang=zh"}
    )

    out = await Zendesk(config, Context()).begin("/tickets?a=b&c=d")

    assert out == "https://site.example/login?lang=zh&return_to=%2Ftickets%3Fa%3Db%26c%3Dd"
    assert await Zendesk(CONFIG, Context()).begin("/") is None
