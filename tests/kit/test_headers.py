"""Which headers a request may carry."""

import pytest

from core.kit.http import BadHeader, check_headers, check_method

BAD = [
    {"": "x"}, {"a b": "x"}, {"钥": "x"}, {"a:": "x"}, {"a\n": "x"},
    {"a": "x\r\nb: y"}, {"a": "x\x00"}, {"a": " x"}, {"a": "x\n"}, {"a": "密"},
    {"Host": "x"}, {"content-length": "1"}, {"Transfer-Encoding": "chunked"}, {"a": "x", "A": "y"},
]  # fmt: skip


@pytest.mark.parametrize("headers", BAD, ids=repr)
def test_what_is_no_header_is_refused(headers: dict[str, str]) -> None:
    with pytest.raises(BadHeader):
        check_headers(headers)


def test_what_is_one_passes() -> None:
    check_headers({"X-Key": "a b\tc", "accept": "*/*", "empty": "", "one": "1"})


@pytest.mark.parametrize("method", ["", "get", "GE T", "GET\n", "GET / HTTP/1.1\r\n"])
def test_what_is_no_method_is_refused(method: str) -> None:
    with pytest.raises(BadHeader):
        check_method(method)
