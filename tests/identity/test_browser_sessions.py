"""Sessions of browsers: in a cookie that scripts cannot read."""

from collections.abc import Awaitable, Callable
from http.cookies import SimpleCookie

import httpx2

from core.testing import Desk, Person
from tests.identity.conftest import PASSWORD
from tests.identity.test_signing_in import SIGN_IN, SIGN_OUT, VIEWER

GUARD = {"x-deskgraph-request": "1", "sec-fetch-site": "same-origin"}


async def _send(
    desk: Desk, query: str, *, cookie: str = "", guarded: bool = True, **variables: object
) -> httpx2.Response:
    headers = {"host": f"{desk.slug}.localhost", **(GUARD if guarded else {})}
    if cookie:
        headers["cookie"] = f"__Host-deskgraph={cookie}"
    return await desk.served.http.post(
        "/graphql", json={"query": query, "variables": variables}, headers=headers
    )


async def _signed_in(desk: Desk) -> httpx2.Response:
    given = {"email": desk.agent.email, "password": PASSWORD, "cookie": True}
    response = await _send(desk, SIGN_IN, input=given)
    desk.served.http.cookies.clear()
    return response


async def test_with_cookie_the_token_is_in_the_cookie_and_not_in_the_answer(
    desk: Desk, with_password: Callable[..., Awaitable[Person]]
) -> None:
    await with_password(desk.agent)

    response = await _signed_in(desk)

    payload = response.json()["data"]["signIn"]
    assert (payload["token"], payload["userErrors"]) == (None, [])
    assert payload["expiresAt"] is not None
    cookie = SimpleCookie(response.headers["set-cookie"])["__Host-deskgraph"]
    assert cookie.value.startswith("dgs_")
    assert (cookie["path"], cookie["secure"], cookie["httponly"], cookie["samesite"]) == (
        "/",
        True,
        True,
        "Lax",
    )
    assert (cookie["domain"], cookie["max-age"]) == ("", str(14 * 24 * 3600))
    assert cookie.value not in response.text
    viewer = await _send(desk, VIEWER, cookie=cookie.value)
    assert viewer.json()["data"]["viewer"]["user"]["id"] == desk.agent.id


async def test_a_refused_sign_in_sets_no_cookie(desk: Desk) -> None:
    response = await _signed_in(desk)

    assert response.json()["data"]["signIn"]["userErrors"][0]["code"] == "INVALID"
    assert "set-cookie" not in response.headers


async def test_a_cookie_counts_only_with_the_header_of_our_pages(
    desk: Desk, with_password: Callable[..., Awaitable[Person]]
) -> None:
    await with_password(desk.agent)
    cookie = SimpleCookie((await _signed_in(desk)).headers["set-cookie"])["__Host-deskgraph"].value

    response = await _send(desk, VIEWER, cookie=cookie, guarded=False)

    assert response.json()["errors"][0]["extensions"]["code"] == "CSRF"


async def test_signing_out_takes_the_cookie_away(
    desk: Desk, with_password: Callable[..., Awaitable[Person]]
) -> None:
    await with_password(desk.agent)
    cookie = SimpleCookie((await _signed_in(desk)).headers["set-cookie"])["__Host-deskgraph"].value

    response = await _send(desk, SIGN_OUT, cookie=cookie, input={})

    gone = SimpleCookie(response.headers["set-cookie"])["__Host-deskgraph"]
    assert (gone.value, gone["max-age"]) == ("", "0")


async def test_a_browser_whose_session_is_over_can_sign_in_again(
    desk: Desk, with_password: Callable[..., Awaitable[Person]]
) -> None:
    await with_password(desk.agent)

    stale = await _send(desk, VIEWER, cookie="dgs_over")
    again = await _send(
        desk,
        SIGN_IN,
        cookie="dgs_over",
        input={"email": desk.agent.email, "password": PASSWORD, "cookie": True},
    )
    desk.served.http.cookies.clear()

    assert stale.json()["errors"][0]["extensions"]["code"] == "UNAUTHENTICATED"
    assert again.json()["data"]["signIn"]["userErrors"] == []
