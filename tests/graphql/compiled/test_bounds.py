"""What is kept of documents is bounded, whatever is asked."""

import gc
from dataclasses import replace
from itertools import product

from graphql import DocumentNode, FieldNode
from graphql.language import Token

from core.graphql.compiled import reader, readers
from core.graphql.compiled.pages import Cursors
from core.graphql.compiled.reader import Reader
from core.graphql.documents import Documents
from core.graphql.guard.cost import SelectionCost
from core.graphql.prepared import PreparedOperation
from core.kit.context import TicketScope, UserKind
from core.permissions import PERMISSIONS
from tests.graphql.compiled.comparing import DOCUMENT_LIMITS, Both, Caller
from tests.graphql.compiled.desks import Stage

CACHED = 20


def _readers() -> int:
    gc.collect()
    return sum(isinstance(each, Reader) for each in gc.get_objects())


_OF_DOCUMENTS = (DocumentNode, FieldNode, Token, PreparedOperation, SelectionCost, Reader, Cursors)


def _alive() -> dict[type[object], int]:
    """How many there are of what documents are kept as."""
    kinds = [type(each) for each in gc.get_objects()]
    return {kind: kinds.count(kind) for kind in _OF_DOCUMENTS}


def _documents(both: Both) -> Documents:
    return Documents(
        both.core, DOCUMENT_LIMITS, trusted={}, introspection=True, max_tokens=1000, max_document_bytes=10_000,
        cached_documents=CACHED, cached_bytes=100_000,
    )  # fmt: skip


async def test_thousands_of_documents_leave_no_readers_behind(stage: Stage) -> None:
    both, caller, documents = stage.both, stage.whole.callers["founder"], _documents(stage.both)
    before = _readers()

    for number in range(2000):
        operation = documents.prepare(
            f"{{ a{number}: tags(first: {number % 100}) {{ nodes {{ id }} }} }}"
        ).operation(None)
        variables = both.coerced(operation, {})
        assert variables is not None
        assert (await both.run(both.compiled, operation, variables, caller)).errors is None

    assert documents.cached[0] == CACHED
    assert _readers() - before == CACHED


async def test_dropped_documents_are_freed_without_a_search_for_garbage(stage: Stage) -> None:
    both, caller, documents = stage.both, stage.whole.callers["founder"], _documents(stage.both)
    for number in range(CACHED):
        operation = documents.prepare(
            f"query($first: Int) {{ a{number}: tickets(first: $first) {{ pageInfo {{ endCursor }} nodes {{ ...shown"
            " requester { name } tags { name } customFields { field { key } } messages(first: 2) { nodes { id } }"
            " } } } fragment shown on Ticket { id title }"
        ).operation(None)
        variables = both.coerced(operation, {"first": 5})
        assert variables is not None
        assert (await both.run(both.compiled, operation, variables, caller)).errors is None
    gc.collect()  # what validation leaves
    gc.disable()
    try:
        before = _alive()
        del operation, documents
        after = _alive()
    finally:
        gc.enable()

    assert [kind for kind in _OF_DOCUMENTS if before[kind] - after[kind] < CACHED] == []
    gc.collect()
    assert _alive() == after


async def test_one_document_keeps_a_bounded_number_of_plans(stage: Stage) -> None:
    both, caller = stage.both, stage.whole.callers["founder"]
    operation = both.prepared(
        "query($a: Boolean!, $b: Boolean!, $order: [TagOrder!]) {"
        " tags(orderBy: $order) { nodes { id @skip(if: $a) name @include(if: $b) __typename } } }"
    )
    before, largest = _readers(), 0

    for kind, scope, permission in product(UserKind, TicketScope, [*PERMISSIONS]):
        shape = replace(caller.viewer, kind=kind, scope=scope, permissions=frozenset({permission}))
        for a, b in ((True, True), (False, True)):
            order = [{"field": "NAME", "direction": "DESC" if a else "ASC"}]
            variables = both.coerced(operation, {"a": a, "b": b, "order": order})
            assert variables is not None
            result = await both.run(both.compiled, operation, variables, Caller("shape", shape))
            assert result.errors is None
            largest = max(largest, len(operation.plans))

    assert largest == readers._MOST
    assert _readers() - before <= readers._MOST


async def test_one_reader_keeps_a_bounded_number_of_statements(stage: Stage) -> None:
    both, caller = stage.both, stage.whole.callers["founder"]
    operation = both.prepared(
        "query($first: Int, $last: Int) { groups(first: 2) { nodes {"
        " members(first: $first, last: $last) { nodes { id } } } } }"
    )

    for size, name in product(range(101), ("first", "last")):
        variables = both.coerced(operation, {"first": None, "last": None, name: size})
        assert variables is not None
        assert (await both.run(both.compiled, operation, variables, caller)).errors is None

    (found,) = (each for each in operation.plans.values() if isinstance(each, Reader))
    assert 0 < len(found._selects) <= reader._MOST_STATEMENTS
