"""Which addresses count as the Internet's."""

import pytest

from core.kit.http.addresses import Allowed, is_public

PRIVATE = [
    "0.0.0.0", "10.0.0.1", "100.64.0.1", "127.0.0.1", "127.255.255.254", "169.254.169.254", "172.16.0.1",
    "172.31.255.1",
    "192.0.0.8", "192.0.2.1", "192.88.99.1", "192.168.1.1", "198.18.0.1", "198.51.100.1", "203.0.113.1", "224.0.0.1",
    "240.0.0.1", "255.255.255.255",
    "::", "::1", "::127.0.0.1", "::ffff:10.0.0.1", "::ffff:127.0.0.1", "64:ff9b::7f00:1", "64:ff9b:1::a00:1", "100::1",
    "64:ff9b:1:a00:1:0:808:808",
    "2001:db8::1", "2002:7f00:1::", "2002:a9fe:a9fe::1", "2001:0:4136:e378:8000:63bf:80ff:fffe", "fc00::1", "fd00::1",
    "fe80::1", "fe80::1%eth0", "fec0::1", "ff02::1",
]  # fmt: skip
PUBLIC = ["1.1.1.1", "8.8.8.8", "93.184.215.14", "2606:4700:4700::1111", "::ffff:8.8.8.8", "64:ff9b::808:808"]


@pytest.mark.parametrize("address", PRIVATE)
def test_private_and_reserved_addresses_are_not_public(address: str) -> None:
    assert is_public(address) is False


@pytest.mark.parametrize("address", PUBLIC)
def test_addresses_of_the_internet_are_public(address: str) -> None:
    assert is_public(address) is True


def test_what_is_allowed_is_hosts_and_networks() -> None:
    allowed = Allowed.of(["Hooks.Intranet", "172.16.5.0/24", "::1"])

    assert allowed.may("hooks.intranet.", "10.0.0.1")
    assert not allowed.may("other.intranet", "10.0.0.1")
    assert allowed.may("any.example", "172.16.5.9") and allowed.may("any.example", "::ffff:172.16.5.9")
    assert not allowed.may("any.example", "172.16.6.9")
    assert allowed.may("any.example", "::1") and not allowed.may("any.example", "127.0.0.1")
