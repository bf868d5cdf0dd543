"""The guarded client against real sockets: whom it reaches, whom it does not, and what it takes of an answer."""

import asyncio
import socket
import ssl
import sys
import threading
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager

import pytest
import trustme

from core.kit.http import AddressRefused, Allowed, BadUrl, Outgoing, OutgoingLimits, RequestFailed

LOOPBACK = Allowed.of(["127.0.0.1"])
Serve = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


class Site:
    """A server on loopback that counts who connects."""

    def __init__(self, answer: bytes = b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok") -> None:
        self.answer = answer
        self.connections = 0
        self.requests: list[bytes] = []
        self.port = 0

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        try:
            self.requests.append(await reader.readuntil(b"\r\n\r\n"))
            writer.write(self.answer)
            await writer.drain()
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            writer.close()


@asynccontextmanager
async def up(site: Site, context: ssl.SSLContext | None = None) -> AsyncIterator[Site]:
    server = await asyncio.start_server(site.serve, "127.0.0.1", 0, ssl=context)
    site.port = server.sockets[0].getsockname()[1]
    try:
        yield site
    finally:
        server.close()
        await server.wait_closed()


@pytest.fixture
async def site() -> AsyncIterator[Site]:
    async with up(Site()) as running:
        yield running


def leading_to(*answers: Sequence[str]) -> Callable[[str, int], Awaitable[Sequence[str]]]:
    """A resolver that answers differently each time it is asked, as a rebinding one does."""
    waiting = list(answers)

    async def resolve(_host: str, _port: int) -> Sequence[str]:
        return waiting.pop(0) if len(waiting) > 1 else waiting[0]

    return resolve


async def test_a_request_goes_out_and_comes_back(site: Site) -> None:
    client = Outgoing(allowed=LOOPBACK, plain_http=True)

    answer = await client.post(f"http://127.0.0.1:{site.port}/a?b=c", content=b"x", headers={"x-one": "1"})

    assert (answer.status, answer.body) == (200, b"ok")
    head = site.requests[0].lower()
    assert head.startswith(b"post /a?b=c http/1.1\r\n") and b"x-one: 1\r\n" in head


@pytest.mark.parametrize(
    "host",
    ["127.0.0.1", "localhost", "127.1", "2130706433", "0x7f.1", "0.0.0.0", "[::ffff:127.0.0.1]", "[::1]"],
)
async def test_no_way_of_writing_loopback_is_reached(site: Site, host: str) -> None:
    client = Outgoing(plain_http=True)

    with pytest.raises((AddressRefused, RequestFailed)):
        await client.post(f"http://{host}:{site.port}/", content=b"", headers={})
    assert site.connections == 0


async def test_a_name_that_leads_to_a_private_address_is_refused(site: Site) -> None:
    client = Outgoing(plain_http=True, resolve=leading_to(["127.0.0.1"]))

    with pytest.raises(AddressRefused):
        await client.post(f"http://hooks.example:{site.port}/", content=b"", headers={})
    assert site.connections == 0


async def test_one_private_address_among_public_ones_is_enough(site: Site) -> None:
    client = Outgoing(plain_http=True, resolve=leading_to(["93.184.215.14", "127.0.0.1"]))

    with pytest.raises(AddressRefused):
        await client.post(f"http://hooks.example:{site.port}/", content=b"", headers={})
    assert site.connections == 0


async def test_the_address_that_was_checked_is_the_one_connected_to(site: Site) -> None:
    """The resolver would lead elsewhere if it were asked again."""
    client = Outgoing(allowed=LOOPBACK, plain_http=True, resolve=leading_to(["127.0.0.1"], ["127.0.0.2"]))

    answer = await client.post(f"http://hooks.example:{site.port}/", content=b"", headers={})

    assert answer.status == 200
    assert b"host: hooks.example:%d\r\n" % site.port in site.requests[0].lower()


async def test_a_redirect_is_an_answer() -> None:
    async with up(Site()) as target:
        where = b"http://127.0.0.1:%d/" % target.port
        async with up(
            Site(b"HTTP/1.1 302 Found\r\nlocation: " + where + b"\r\ncontent-length: 0\r\n\r\n")
        ) as site:
            client = Outgoing(allowed=LOOPBACK, plain_http=True)
            answer = await client.post(f"http://127.0.0.1:{site.port}/", content=b"", headers={})

        assert (answer.status, target.connections) == (302, 0)


async def test_no_proxy_of_the_environment_is_used(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:1")
    client = Outgoing(allowed=LOOPBACK, plain_http=True)

    assert (await client.post(f"http://127.0.0.1:{site.port}/", content=b"", headers={})).status == 200


async def test_an_endless_answer_is_cut_off() -> None:
    async def endless(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            await reader.readuntil(b"\r\n\r\n")
            writer.write(b"HTTP/1.1 200 OK\r\n\r\n")
            while True:
                writer.write(b"x" * 4096)
                await writer.drain()
        except ConnectionError:
            pass
        finally:
            writer.close()

    site = Site()
    site.serve = endless  # type: ignore[method-assign]
    async with up(site):
        client = Outgoing(allowed=LOOPBACK, plain_http=True, limits=OutgoingLimits(answer_bytes=10_000))
        answer = await client.post(f"http://127.0.0.1:{site.port}/", content=b"", headers={})

    assert answer.body == b"x" * 10_000


@pytest.mark.parametrize("body", ["drips", "breaks off"])
async def test_a_body_that_does_not_end_takes_no_answer_back(body: str) -> None:
    async def unfinished(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            await reader.readuntil(b"\r\n\r\n")
            writer.write(b"HTTP/1.1 202 Accepted\r\ncontent-length: 100\r\n\r\ntaken")
            if body == "drips":
                await reader.read()  # until the other side goes
        finally:
            writer.close()

    site = Site()
    site.serve = unfinished  # type: ignore[method-assign]
    limits = OutgoingLimits(body_seconds=0.2, total_seconds=2)
    async with up(site):
        client = Outgoing(allowed=LOOPBACK, plain_http=True, limits=limits)
        answer = await client.post(f"http://127.0.0.1:{site.port}/", content=b"", headers={})

    assert (answer.status, answer.body) == (202, b"taken")


async def test_a_receiver_that_says_nothing_is_left_in_time() -> None:
    async def silent(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read()  # until the other side gives up
        writer.close()

    site = Site()
    site.serve = silent  # type: ignore[method-assign]
    async with up(site):
        client = Outgoing(allowed=LOOPBACK, plain_http=True, limits=OutgoingLimits(total_seconds=0.2))
        with pytest.raises(RequestFailed, match="No answer in time"):
            await client.post(f"http://127.0.0.1:{site.port}/", content=b"", headers={})


async def test_what_is_not_http_is_a_failure() -> None:
    async with up(Site(b"220 mail.example ESMTP\r\n")) as site:
        client = Outgoing(allowed=LOOPBACK, plain_http=True)
        with pytest.raises(RequestFailed):
            await client.post(f"http://127.0.0.1:{site.port}/", content=b"", headers={})


async def test_an_unknown_name_is_a_failure() -> None:
    with pytest.raises(RequestFailed, match="The name is unknown"):
        await Outgoing().post("https://nowhere.invalid/", content=b"", headers={})


@pytest.mark.parametrize(("name", "is_good"), [("hooks.example", True), ("other.example", False)])
async def test_the_certificate_must_be_the_names(name: str, is_good: bool) -> None:
    authority = trustme.CA()
    served = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    authority.issue_cert(name).configure_cert(served)
    trusting = ssl.create_default_context()
    authority.configure_trust(trusting)
    async with up(Site(), served) as site:
        client = Outgoing(allowed=LOOPBACK, ssl_context=trusting, resolve=leading_to(["127.0.0.1"]))
        sending = client.post(f"https://hooks.example:{site.port}/", content=b"", headers={})
        if is_good:
            assert (await sending).status == 200
        else:
            with pytest.raises(RequestFailed, match="certificate"):
                await sending
            assert site.requests == []


USABLE = {
    "https://Example.COM": "https://example.com/",
    "https://example.com./x": "https://example.com/x",
    "https://bücher.example/x": "https://xn--bcher-kva.example/x",
    "https://example.com:8443/a?b=c": "https://example.com:8443/a?b=c",
    "https://[2606:4700:4700::1111]/": "https://[2606:4700:4700::1111]/",
}
UNUSABLE = [
    "", "example.com", "http://example.com/", "ftp://example.com/", "https://", "https:///x", "https://a b.example/",
    "https://user@example.com/", "https://:word@example.com/", "https://example.com/#x",
    "https://example.com\\@evil.example/", "https://example.com:0/", "https://example.com:99999/", "https://[::1/",
    "https://example.com/\x00", "https://example.com/\r\nx: y", "https://example.com/ü", "file:///etc/passwd",
    "https://%31.example/",
]  # fmt: skip


@pytest.mark.parametrize(("url", "used"), USABLE.items())
def test_an_address_is_used_in_its_plain_form(url: str, used: str) -> None:
    assert Outgoing().check(url) == used


@pytest.mark.parametrize("url", UNUSABLE)
def test_an_unusable_address_is_refused(url: str) -> None:
    with pytest.raises(BadUrl):
        Outgoing().check(url)


async def test_slow_names_do_not_take_everybody_s_threads(monkeypatch: pytest.MonkeyPatch) -> None:
    answer = threading.Event()

    def never(*_: object, **__: object) -> None:
        answer.wait(30)
        raise socket.gaierror

    monkeypatch.setattr(socket, "getaddrinfo", never)
    outgoing = Outgoing(limits=OutgoingLimits(connect_seconds=0.05))
    try:
        for _ in range(4):
            tries = (outgoing.post("https://slow.example/", content=b"", headers={}) for _ in range(16))
            assert {type(each) for each in await asyncio.gather(*tries, return_exceptions=True)} == {
                RequestFailed
            }
        async with asyncio.timeout(5):
            assert await asyncio.to_thread(lambda: "free") == "free"
    finally:
        answer.set()


@pytest.mark.skipif(
    sys.platform == "darwin", reason="has one loopback address, and refuses where Linux is silent"
)
async def test_a_silent_address_leaves_time_for_the_next(site: Site) -> None:
    with socket.socket() as silent:
        # A full backlog drops whoever knocks, without a word.
        silent.bind(("127.0.0.9", site.port))
        silent.listen(0)
        with socket.create_connection(("127.0.0.9", site.port)):
            client = Outgoing(
                allowed=Allowed.of(["127.0.0.0/8"]),
                plain_http=True,
                limits=OutgoingLimits(connect_seconds=1.0),
                resolve=leading_to(["127.0.0.9", "127.0.0.1"]),
            )

            answer = await client.post(f"http://hooks.example:{site.port}/", content=b"", headers={})

    assert (answer.status, site.connections) == (200, 1)
