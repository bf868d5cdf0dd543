"""The form of KF5."""

import hashlib

import pytest
from pydantic import ValidationError

from core.sdk import Identity, Rejected
from plugins.sso_jwt.kf5 import Kf5, Kf5Config
from tests.plugins.sso_jwt.forging import seconds, verified

CONFIG = Kf5Config.model_validate({"key": "key", "accepts_md5": True})


def md5(text: bytes) -> str:
    return hashlib.md5(text, usedforsecurity=False).hexdigest()


def fields(name: str = "username@email.com", ago: int = 0, key: str = "key") -> dict[str, str]:
    time = str(seconds(ago))
    return {"username": name, "time": time, "token": md5(f"{name}{time}{key}".encode())}


async def identity(**given: str) -> Identity:
    return await verified(Kf5, CONFIG, given)


def test_it_is_off_unless_somebody_says_that_they_know() -> None:
    with pytest.raises(ValidationError):
        Kf5Config.model_validate({"key": "key"})


def test_the_formula_is_theirs() -> None:
    told = md5(b"username@email.com" + b"1441197000" + b"key")

    assert told == "086348249d957524cecd90e4e7e10200"


async def test_what_is_not_signed_is_not_believed() -> None:
    found = await identity(**fields(), name="Boss", phone="1", photo="https://evil.example/x.png")

    assert (found.subject, found.name, found.email_verified) == ("email:username@email.com", None, False)


async def test_another_moment_is_another_proof() -> None:
    first, again, later = [await identity(**fields(ago=ago)) for ago in (0, 0, 1)]

    assert first.used_as == again.used_as != later.used_as


BAD = {
    "nothing": {},
    "other key": fields(key="yek"),
    "old": fields(ago=301),
    "ahead": fields(ago=-301),
    "other name": {**fields(), "username": "boss@email.com"},
    "no token": {**fields(), "token": ""},
    "token that is no text of theirs": {**fields(), "token": "密"},
    "time that is no number": {**fields(), "time": "now"},
    "digits of others": {**fields(), "time": "１２３"},
    "shifted the other way": {**fields("boss@email.com0"), "username": "boss@email.com", "time": f"0{seconds()}"},
    "shifted": {**fields(), "username": "username@email.com1", "time": fields()["time"][1:]},
}  # fmt: skip


@pytest.mark.parametrize("given", BAD.values(), ids=BAD.keys())
async def test_what_does_not_fit_is_refused(given: dict[str, str]) -> None:
    with pytest.raises(Rejected):
        await identity(**given)
