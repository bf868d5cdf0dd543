"""What is a number of a parcel."""

import pytest
from deskgraph_acme.parcels import parcels_in


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("Where is RB123456785GB?", ["RB123456785GB"]),
        ("rb 12345678 5 gb", []),
        ("我的包裹 rb123456785gb，还有 RB 123456785 GB", ["RB123456785GB"]),
        ("RB123456784GB has another check digit", []),
        ("XRB123456785GB and RB123456785GBX", []),
        ("", []),
    ],
)
def test_numbers_are_found(text: str, numbers: list[str]) -> None:
    assert parcels_in(text) == numbers
