"""However many rows a list has, what is asked of them is read in the same number of statements."""

from collections.abc import Iterator, Mapping

import pytest
from graphql import GraphQLField, GraphQLObjectType, get_named_type, is_leaf_type

from core.kit.context import UserKind
from core.kit.database import sql
from core.testing import Desk, Person
from tests.isolation.planting import plant
from tests.isolation.selection import root_fields

Path = tuple[str, ...]
"""Field names from a root list to a field, list wrappers left out."""


def _node(field: GraphQLField) -> GraphQLObjectType | None:
    """What a field leads to: a connection's nodes, else its own type where that is an object."""
    kind = get_named_type(field.type)
    if isinstance(kind, GraphQLObjectType) and kind.name.endswith("Connection"):
        kind = get_named_type(kind.fields["nodes"].type)
    return kind if isinstance(kind, GraphQLObjectType) else None


def relations() -> Iterator[Path]:
    """The way to each list, and to each field of the types within that is more than a plain value."""
    seen: set[str] = set()
    roots = {name: field for name, field in root_fields().items() if str(field.type).endswith("Connection")}
    ways: list[tuple[Path, GraphQLObjectType | None]] = [
        ((name,), _node(field)) for name, field in roots.items()
    ]
    while ways:
        path, kind = ways.pop(0)
        if kind is None or kind.name in seen:
            continue
        seen.add(kind.name)
        if len(path) == 1:
            yield path
        for name, field in kind.fields.items():
            if not is_leaf_type(get_named_type(field.type)):
                yield (*path, name)
                ways.append(((*path, name), _node(field)))


def question(path: Path) -> str:
    """A query that goes this way and asks plain values, and how many there are, at its end."""
    fields: Mapping[str, GraphQLField] = root_fields()
    opened = []
    for name in path:
        field = fields[name]
        wrapped = "first" in field.args
        opened.append((f"{name}(first: 10)" if wrapped else name, wrapped))
        kind = _node(field)
        fields = kind.fields if kind else {}
    text = " ".join(_plain(fields))
    for place, (name, wrapped) in enumerate(reversed(opened)):
        inner = f"nodes {{ {text} }}" if wrapped else text
        counted = " totalCount { value }" if wrapped and place == 0 else ""
        text = f"{name} {{ {inner}{counted} }}"
    return f"{{ {text} }}"


def _plain(fields: Mapping[str, GraphQLField]) -> list[str]:
    return [
        "__typename",
        *(name for name, field in fields.items() if is_leaf_type(get_named_type(field.type))),
    ]


async def _statements(person: Person, query: str, monkeypatch: pytest.MonkeyPatch) -> int:
    texts: list[str] = []

    def counted(text: str, values: Mapping[str, object]) -> tuple[str, list[object]]:
        if not text.startswith("update tokens"):  # the use of a token is noted once a minute
            texts.append(text)
        return bind(text, values)

    bind = sql.bind
    with monkeypatch.context() as patched:
        patched.setattr(sql, "bind", counted)
        answer = await person.ask(query)
    assert answer.codes == [], query
    return len(texts)


async def test_more_rows_take_no_more_statements(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    questions = {".".join(path): question(path) for path in relations()}
    await plant(desk)
    await _be_known(desk)
    few = {way: await _statements(desk.founder, text, monkeypatch) for way, text in questions.items()}

    for customer in ("second", "third"):
        desk.people["customer"] = await desk.add(customer, UserKind.CUSTOMER)
        await plant(desk)
    await _be_known(desk)

    many = {way: await _statements(desk.founder, text, monkeypatch) for way, text in questions.items()}
    assert len(questions) > 40
    assert {way: (few[way], many[way]) for way in questions if few[way] != many[way]} == {}


async def _be_known(desk: Desk) -> None:
    """What was planted has changed rights: whoever comes next is read anew, and looked for once more after that."""
    for _ in range(2):
        await desk.founder.ask("{ __typename }")


def test_every_way_is_asked() -> None:
    ways = set(relations())

    assert {("organizations",), ("tickets", "timeline"), ("tickets", "messages", "attachments")} <= ways
    assert question(("tickets", "timeline")) == (
        "{ tickets(first: 10) { nodes { timeline(first: 10) { nodes { __typename } totalCount { value } } } } }"
    )
