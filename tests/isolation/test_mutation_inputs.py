"""Every place of every mutation's input that takes an id refuses one of another tenant."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from graphql import GraphQLInputObjectType, get_named_type, get_nullable_type, is_list_type

from core.kit.ids import key_of, new_id, to_global
from core.testing import Answer, Desk, Person
from tests.callers.collected import all_samples, document, mutation_names
from tests.callers.collected import schema as built
from tests.callers.rows import changed, digest
from tests.isolation.conftest import Pair
from tests.isolation.rows import global_ids

PREFIXES = {
    "assigneeId": "usr", "categoryId": "opt", "ccIds": "usr", "defaultGroupId": "grp", "fieldId": "fld",
    "formId": "frm", "groupId": "grp", "groupIds": "grp", "initiatorId": "usr", "leadsToIds": "sts",
    "memberIds": "usr", "natureId": "opt", "nextId": "sts",
    "onAgentReplyId": "sts", "onAgentUpdateId": "sts", "onAssignId": "sts", "onCustomerReplyId": "sts",
    "onReopenId": "sts", "organizationId": "org", "parentId": "opt",
    "priorityId": "opt", "requesterId": "usr", "roleId": "rol", "roleIds": "rol", "statusId": "sts", "tagIds": "tag",
    "creatorTemplateId": "mtp", "defaultTemplateId": "mtp", "mediumId": "pin", "openedTemplateId": "mtp",
    "statusTemplateId": "mtp",
    "addTagIds": "tag", "removeTagIds": "tag", "ticketId": "tkt", "typeId": "opt", "uploadIds": "upl",
    "userId": "usr",
}  # fmt: skip
"""What a member that is not in a sample's input names. (What is in it tells by its own value.)"""

APART = {
    ("ticketLinksUnlink", "id"): "of the plugin's own making; its tests have those of others",
    ("formCreate", "fields.roleIds"): "within a list of objects; tests/forms has roles of others",
    ("formUpdate", "fields.roleIds"): "likewise",
    ("signInMethodCreate", "roleMap.roleId"): "within a list of objects; tests/signon has roles of others",
    ("signInMethodUpdate", "roleMap.roleId"): "likewise",
}
"""Places that are tested elsewhere, with the reason."""

HARMLESS = {
    ("ticketUpdate", "removeTagIds"): "taking away a tag that is not there is nothing, whosever it is",
    ("ticketBulkUpdate", "patch.removeTagIds"): "as for one ticket",
    ("organizationUpdate", "removeTagIds"): "as for a ticket",
    ("sideThreadMemberRemove", "userId"): "taking out who is not in it is nothing, whosever they are",
    ("ticketUnwatch", "userId"): "ending a watch that is not there is nothing, whosever it is",
}
"""Places that answer "done" for what is not there, with the reason; nothing may change all the same."""


def _places() -> Iterator[tuple[str, str]]:
    root = built().mutation_type
    assert root is not None
    for name in mutation_names():
        kind = get_named_type(root.fields[name].args["input"].type)
        assert isinstance(kind, GraphQLInputObjectType)
        for member, field in kind.fields.items():
            inner = get_named_type(field.type)
            if inner.name == "ID" and (name, member) not in APART:
                yield name, member
            if isinstance(inner, GraphQLInputObjectType):
                for each, part in inner.fields.items():
                    if get_named_type(part.type).name == "ID" and (name, f"{member}.{each}") not in APART:
                        yield name, f"{member}.{each}"


def _is_list(name: str, member: str) -> bool:
    root = built().mutation_type
    assert root is not None
    kind = get_named_type(root.fields[name].args["input"].type)
    *outer, last = member.split(".")
    for each in outer:
        assert isinstance(kind, GraphQLInputObjectType)
        kind = get_named_type(kind.fields[each].type)
    assert isinstance(kind, GraphQLInputObjectType)
    return is_list_type(get_nullable_type(kind.fields[last].type))


def _with(given: dict[str, Any], member: str, value: Any) -> dict[str, Any]:
    """The input with another value at this place, which may lie within a member: `patch.statusId`."""
    first, _, rest = member.partition(".")
    return {**given, first: _with(given.get(first, {}), rest, value) if rest else value}


def _prefix(member: str, given: dict[str, Any]) -> str:
    *outer, member = member.split(".")
    for each in outer:
        given = given.get(each, {})
    value = given.get(member)
    told = value[0] if isinstance(value, list) and value else value
    if isinstance(told, str) and (found := re.match(r"^([a-z]{3})_", told)):
        return found[1]
    assert member in PREFIXES, f"Say in PREFIXES what {member} names"
    return PREFIXES[member]


@pytest.mark.parametrize(("name", "member"), [place for place in _places() if place[0] in all_samples()])
async def test_an_id_of_another_tenant_is_refused(pair: Pair, desk: Desk, name: str, member: str) -> None:
    sample, theirs = all_samples()[name], pair.theirs.desk
    given = await sample.make(desk)
    prefix = _prefix(member, given)
    foreign = next(
        ids[0] for ids in (await global_ids(theirs.tenant_id)).values() if ids[0].startswith(f"{prefix}_")
    )
    asked = _with(given, member, _shaped(name, member, foreign))
    ours_before, theirs_before = await digest(desk.tenant_id), await digest(theirs.tenant_id)

    answer = await desk.people[sample.allowed].ask(document(name), input=asked)

    payload = answer.data[name]
    codes = {error["code"] for error in payload["userErrors"]}
    if (name, member) in HARMLESS:
        assert not codes, "it is refused now: take it out of HARMLESS"
    else:
        assert codes, f"{name} took a foreign {member}: {payload}"
        depth = member.count(".") + 1
        assert [".".join(error["path"][:depth]) for error in payload["userErrors"]] == [member]
        assert changed(ours_before, await digest(desk.tenant_id)) == []
    assert changed(theirs_before, await digest(theirs.tenant_id)) == []
    assert "FORBIDDEN" not in codes, "that there is such a record must not be told"


@pytest.mark.parametrize("role", ["customer", "agent"])
@pytest.mark.parametrize(("name", "member"), [place for place in _places() if place[0] in all_samples()])
async def test_an_id_one_may_not_see_is_like_one_that_is_not_there(
    pair: Pair, desk: Desk, name: str, member: str, role: str
) -> None:
    """Else the answer tells that there is such a record. Asked with an id of the same desk that is hidden from the
    caller, and with one that nobody has."""
    desk, given = pair.ours.desk, await all_samples()[name].make(desk)
    caller, prefix = desk.people[role], _prefix(member, given)
    _, hidden = await _sorted_by_sight(caller, prefix)
    if not hidden:
        return  # everything of this kind may be seen
    for beside in given.keys() - {member}:
        if _names_rows(given[beside]):
            visible, _ = await _sorted_by_sight(caller, _prefix(beside, given))
            given[beside] = _shaped(name, beside, visible[0] if visible else to_global(prefix, new_id()))
    before = await digest(desk.tenant_id)

    answers = []
    for told in (hidden[0], hidden[-1], to_global(prefix, new_id())):
        asked = _with(given, member, _shaped(name, member, told))
        answers.append(_told(await caller.ask(document(name), input=asked), name))

    assert answers[0] == answers[1] == answers[2]
    assert changed(before, await digest(desk.tenant_id)) == []


async def _sorted_by_sight(caller: Person, prefix: str) -> tuple[list[str], list[str]]:
    """Ids of one type on the caller's desk: those they see, and those hidden from them."""
    viewer = (await caller.ask("{ viewer { tenant { id } } }")).data["viewer"]
    tenant_id = key_of(viewer["tenant"]["id"], "tnt")
    assert tenant_id is not None
    ids = next(ids for ids in (await global_ids(tenant_id)).values() if ids[0].startswith(f"{prefix}_"))[:100]
    nodes = (await caller.ask("query($ids: [ID!]!) { nodes(ids: $ids) { id } }", ids=ids)).data["nodes"]
    seen = [each["id"] for each in nodes if each is not None]
    return seen, [each for each in ids if each not in seen]


def _shaped(name: str, member: str, told: str) -> Any:
    return [told] if _is_list(name, member) else told


def _names_rows(value: Any) -> bool:
    values = value if isinstance(value, list) else [value]
    return any(isinstance(each, str) and re.match(r"^[a-z]{3}_[0-9a-f]{32}$", each) for each in values)


def _told(answer: Answer, name: str) -> Any:
    if "errors" in answer.body:
        return [(error["message"], error["extensions"]["code"]) for error in answer.body["errors"]]
    return answer.data[name]
