"""Headers of a request are found as Starlette finds them."""

from starlette.requests import HTTPConnection

from core.graphql.arrival import Arrival

HEADERS = [
    (b"host", b"desk.example"),
    (b"accept", b"application/json"),
    (b"x-word", b"first"),
    (b"x-word", b"second"),
    (b"x-latin", b"\xe9"),
    (b"x-empty", b""),
]


def test_every_look_answers_as_starlettes() -> None:
    scope = {"type": "http", "headers": HEADERS}
    ours, theirs = Arrival(dict(scope)).headers, HTTPConnection(dict(scope)).headers

    for name in ("host", "Host", "ACCEPT", "x-word", "X-Latin", "x-empty", "x-missing"):
        assert ours.get(name) == theirs.get(name), name
        assert ours.get(name, "default") == theirs.get(name, "default"), name
        assert (name in ours) == (name in theirs), name
    assert ours["x-word"] == "first"
    assert ours.getlist("x-word") == ["first", "second"]
    assert list(ours.items()) == list(theirs.items())


def test_cookies_are_read_from_them() -> None:
    assert Arrival({"type": "http", "headers": [(b"cookie", b"a=1; b=2")]}).cookies == {"a": "1", "b": "2"}
