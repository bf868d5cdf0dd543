"""Every mutation, by its four callers: nobody, another desk's founder, one without the right, one with it."""

import re
from typing import Any

import orjson
import pytest

from core.testing import Answer, Desk, Person
from tests.callers.collected import all_samples, document, mutation_names
from tests.callers.rows import changed, digest
from tests.callers.sample import Sample

WITHOUT_SIGNING_IN = {
    "signIn": "signing in is what it is for",
    "passwordResetRequest": "whoever forgot the password cannot sign in",
    "passwordReset": "the mailed link is the credential",
    "invitationAccept": "the mailed invitation is the credential",
    "tenantCreate": "whoever founds a helpdesk has none to sign in to; the mailed link is the proof",
}
"""Mutations that callers may use who have not signed in, each with the reason."""

SECRET_IN_HAND = {"passwordReset", "invitationAccept"}
"""Whoever holds the mailed secret is let in with it, signed in elsewhere or not: there is no stranger to it."""

OWN_AFFAIR = {"impersonationStop": "CONFLICT", "passwordChange": "INVALID", "signOut": "CONFLICT"}
"""What everybody may do with what is their own; who has nothing of the kind is told so, and no right is missing."""

GLOBAL_ID = re.compile(r'"[a-z]{3}_[0-9a-f]{32}"')
REFUSED_ELSEWHERE = {"NOT_FOUND", "INVALID", "REQUIRED", "CONFLICT", "TAKEN"}
REFUSED_WITHOUT_RIGHT = {"FORBIDDEN", "NOT_FOUND"}
COUNTS_ATTEMPTS = ["throttles"]
"""That somebody tried is counted, whatever came of it."""


def names() -> list[str]:
    return sorted(all_samples())


def test_every_mutation_has_a_sample_and_every_sample_a_mutation() -> None:
    without = sorted(set(mutation_names()) - set(all_samples()))
    unknown = sorted(set(all_samples()) - set(mutation_names()))

    assert not without, f"Give each of these a Sample in tests/callers/samples/<domain>.py: {without}"
    assert not unknown, f"There are no such mutations any more: {unknown}"


@pytest.mark.parametrize("name", names())
def test_a_sample_says_who_may_not_or_why_everybody_may(name: str) -> None:
    sample = all_samples()[name]

    assert sample.denied is not None or sample.why_none or name in WITHOUT_SIGNING_IN
    assert sample.allowed != sample.denied
    assert sample.anonymous == (name in WITHOUT_SIGNING_IN)


@pytest.mark.parametrize("name", names())
async def test_only_the_listed_mutations_let_visitors_in(name: str, desk: Desk) -> None:
    given = await all_samples()[name].make(desk)
    before = await digest(desk.tenant_id)

    answer = await desk.served.ask(document(name), {"input": given}, host=f"{desk.slug}.localhost")

    if name in WITHOUT_SIGNING_IN:
        assert "UNAUTHENTICATED" not in answer.codes
    else:
        assert answer.codes == ["UNAUTHENTICATED"], answer.body
        assert changed(before, await digest(desk.tenant_id)) == []


@pytest.mark.parametrize("name", [name for name in names() if name not in SECRET_IN_HAND])
async def test_a_stranger_reaches_nothing(name: str, desk: Desk, other: Desk) -> None:
    """The founder of another desk, who may do everything there, gives ids of this one."""
    given = await all_samples()[name].make(desk)
    before = await digest(desk.tenant_id)

    answer = await other.founder.ask(document(name), input=given)

    assert changed(before, await digest(desk.tenant_id)) == []
    if GLOBAL_ID.search(orjson.dumps(given).decode()):
        assert _refusals(answer, name) & REFUSED_ELSEWHERE, answer.body
        assert not _refusals(answer, name) - REFUSED_ELSEWHERE, answer.body
    else:
        assert "INTERNAL" not in answer.codes


@pytest.mark.parametrize("name", [name for name in names() if all_samples()[name].denied])
async def test_without_the_right_nothing_happens(name: str, desk: Desk) -> None:
    sample = all_samples()[name]
    given = await sample.make(desk)
    caller = _person(desk, sample.denied)
    before = await digest(desk.tenant_id)

    answer = await caller.ask(document(name), input=given)

    expected = {OWN_AFFAIR[name]} if name in OWN_AFFAIR else REFUSED_WITHOUT_RIGHT
    assert _refusals(answer, name) & expected, answer.body
    assert set(changed(before, await digest(desk.tenant_id))) <= set(COUNTS_ATTEMPTS)


@pytest.mark.parametrize("name", names())
async def test_with_the_right_it_works(name: str, desk: Desk) -> None:
    sample = all_samples()[name]
    given = await sample.make(desk)

    answer = await _ask_as_allowed(desk, sample, name, given)

    assert answer.payload(name) is not None


async def _ask_as_allowed(desk: Desk, sample: Sample, name: str, given: dict[str, Any]) -> Answer:
    if name in WITHOUT_SIGNING_IN:
        host = "localhost" if sample.at_no_desk else f"{desk.slug}.localhost"
        return await desk.served.ask(document(name), {"input": given}, host=host)
    return await _person(desk, sample.allowed).ask(document(name), input=given)


def _person(desk: Desk, role: str | None) -> Person:
    assert role is not None
    return desk.people[role]


def _refusals(answer: Answer, name: str) -> set[str]:
    """Codes of user errors. A mutation that was refused is no top-level error, and gives nothing else."""
    payload = answer.data[name]
    if payload is None:
        return {"NOT_FOUND"}
    given = {key: value for key, value in payload.items() if key != "userErrors" and value is not None}
    assert not (payload["userErrors"] and given), f"refused, and yet it gave {given}"
    return {error["code"] for error in payload["userErrors"]}
