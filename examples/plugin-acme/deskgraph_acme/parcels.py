"""Numbers of parcels, as customers write them: two letters, nine digits, two letters, the last digit a check."""

import re

_NUMBER = re.compile(r"\b([A-Za-z]{2})[ -]?(\d{8})(\d)[ -]?([A-Za-z]{2})\b")
PUBLIC = "https://track.acme.example"
"""Where anybody may ask."""
_WEIGHTS = (8, 6, 4, 2, 3, 5, 9, 7)


def parcels_in(text: str) -> list[str]:
    """Each number once, in order and as Acme writes it. What only looks like one is left out."""
    found = [
        f"{service}{serial}{check}{country}".upper()
        for service, serial, check, country in _NUMBER.findall(text)
        if int(check) == _check_digit(serial)
    ]
    return list(dict.fromkeys(found))


def address_of(number: str) -> str:
    """Where people can follow a parcel."""
    return f"{PUBLIC}/{number}"


def _check_digit(serial: str) -> int:
    """As the Universal Postal Union's standard S10 has it."""
    rest = 11 - sum(weight * int(digit) for weight, digit in zip(_WEIGHTS, serial, strict=True)) % 11
    return {10: 0, 11: 5}.get(rest, rest)
