"""Addresses and telephone numbers."""

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from core.identity.addresses import key_of_address, read_address, read_mobile
from core.identity.errors import BadEmail, BadMobile

LOCAL = st.text(st.characters(categories=("L", "N")), min_size=1, max_size=20)
DOMAINS = st.sampled_from(
    ["desk.example", "DESK.example", "例子.中国", "xn--fsqu00a.xn--fiqs8s", "bücher.example"]
)


@given(LOCAL, DOMAINS)
def test_an_address_its_display_and_its_key_have_one_key(local: str, domain: str) -> None:
    try:
        shown, key, ascii_domain = read_address(f" {local}@{domain} ")
    except BadEmail:
        assume(False)

    assert key_of_address(shown) == key_of_address(key) == key
    assert key.endswith(f"@{ascii_domain}")
    assert ascii_domain.isascii() and ascii_domain == ascii_domain.lower()


@given(LOCAL, DOMAINS)
def test_upper_case_makes_no_other_address(local: str, domain: str) -> None:
    upper = local.upper()
    assume(upper.lower() == local.lower())
    address = f"{local}@{domain}"
    assume(key_of_address(address) is not None)

    assert key_of_address(f"{upper}@{domain.upper()}") == key_of_address(address)


@given(st.text(max_size=60))
def test_whatever_is_typed_is_an_address_or_refused(value: str) -> None:
    key = key_of_address(value)

    assert key is None or (key.count("@") >= 1 and "\x00" not in key)


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("+86 138 0013 8000", "+8613800138000"),
        ("＋８６ １３８００１３８０００", "+8613800138000"),
        ("+44 (0)20 7946 0958", "+442079460958"),
        ("tel:+1-201-555-0123", "+12015550123"),
    ],
)
def test_numbers_are_kept_as_e164(written: str, kept: str) -> None:
    assert read_mobile(written, "mobile") == kept


@pytest.mark.parametrize(
    "written", ["", "13800138000", "+86 12", "+999 123456789", "call me", "\x00", "+" + "1" * 80]
)
def test_what_is_no_number_with_its_country_is_refused(written: str) -> None:
    with pytest.raises(BadMobile) as refused:
        read_mobile(written, "mobile")

    assert refused.value.path == ("mobile",)


@given(st.text(max_size=40))
def test_whatever_is_typed_is_a_number_or_refused(written: str) -> None:
    try:
        kept = read_mobile(written)
    except BadMobile:
        return
    assert read_mobile(kept) == kept
    assert len(kept) <= 20
