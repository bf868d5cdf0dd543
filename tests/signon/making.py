"""A method by signed tokens, as a tenant sets it up through the API."""

import time
from typing import Any
from uuid import uuid4

import httpx2
from joserfc import jwt
from joserfc.jwk import OctKey

from core.testing import Answer, Desk, Person
from tests.canaries import planted
from tests.extensions.making import CREATE, enable

SECRET = planted("shared")
CREATE_METHOD = """mutation($input: SignInMethodCreateInput!) { signInMethodCreate(input: $input) {
  method { id name serves isEnabled isRequired provisions linksByEmail roleMap { group roleId } version
    instance { id } } userErrors { code path message } } }"""
RECREATE_METHOD = """mutation($input: SignInMethodUpdateInput!) { signInMethodUpdate(input: $input) {
  method { id isEnabled provisions roleMap { group roleId } version } userErrors { code path } } }"""


async def instance(person: Person, *, label: str = "Site", provider: str = "zendesk", **config: Any) -> str:
    """An instance of the plugin, enabled."""
    await enable(person, "sso_jwt")
    given = {"secret": SECRET, **config} if provider == "zendesk" else config
    answer = await person.ask(
        CREATE, input={"plugin": "sso_jwt", "provider": provider, "label": label, "config": given}
    )
    made: str = answer.payload("pluginInstanceCreate")["instance"]["id"]
    return made


async def ask_to_connect(person: Person, instance_id: str, **more: Any) -> Answer:
    """Ask for a method."""
    given = {"instanceId": instance_id, "name": "Our site", "serves": "CUSTOMERS", **more}
    return await person.ask(CREATE_METHOD, input=given)


async def connected(desk: Desk, config: dict[str, Any] | None = None, **more: Any) -> str:
    """A method's id."""
    made = await instance(desk.admin, **(config or {}))
    answer = await ask_to_connect(desk.admin, made, **more)
    found: str = answer.payload("signInMethodCreate")["method"]["id"]
    return found


def token(
    *, secret: str = SECRET, algorithm: str = "HS256", header: dict[str, Any] | None = None, **claims: Any
) -> str:
    """As the customer's site makes it. None leaves a claim out."""
    known = {
        "iat": int(time.time()),
        "jti": uuid4().hex,
        "email": "mei@site.example",
        "name": "李梅",
        **claims,
    }
    held = {name: value for name, value in known.items() if value is not None}
    return jwt.encode(
        {"alg": algorithm, **(header or {})}, held, OctKey.import_key(secret), algorithms=[algorithm]
    )


def host(desk: Desk) -> str:
    return f"{desk.slug}.localhost"


async def bring(desk: Desk, method: str, jwt: str, **fields: str) -> httpx2.Response:
    """Bring a token, as a browser does that was sent with a form."""
    return await desk.served.http.post(
        f"/sign-in/{method}", data={"jwt": jwt, **fields}, headers={"host": host(desk)}
    )


def cookie_of(answer: httpx2.Response) -> str | None:
    """The session that was begun."""
    header = answer.headers.get("set-cookie")
    return header.split(";")[0].partition("=")[2] if header else None
