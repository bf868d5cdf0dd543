"""A compiled selection of one type, ready to be read for any request of the same shape."""

from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass, field
from math import prod
from textwrap import indent
from typing import Any, TypeVar, cast
from uuid import UUID

from graphql.execution import Executor
from graphql.execution.values import VariableValues

from core.graphql.compiled.fills import Held
from core.graphql.compiled.level import Level, placed
from core.graphql.compiled.walk import Built
from core.kit.database import fetch
from core.kit.database.sql import KeyBy
from core.kit.graph.connection import cap_of
from core.kit.graph.paging import Page, page_of
from core.kit.graph.reading import ListPlan, count_lists, given, joined
from core.kit.graph.request import Request

ROOT = "t"
LARGEST_INLINE = 16_384
"""Bytes of a long text that comes with its row; longer ones are read apart, as far as the answer has room."""
_MOST_STATEMENTS = 64
_ANY_PAGE = Page(size=0, backward=False, cursor=None)

K = TypeVar("K", bound=Hashable)

Statement = tuple[str, dict[str, object]]
"""SQL and the values that it names."""

Structure = tuple[tuple[int, bool, bool], ...]
"""What of the nested pages decides the SQL: sizes, directions, and whether there are cursors."""


def _made(built: Built, entry: str) -> Callable[..., Callable[..., Any]]:
    body = indent("\n".join([*built.functions, f"return {entry}"]), "    ")
    namespace = dict(built.constants)
    # The text is ours: names, places and quoted response keys, which are GraphQL names.
    exec(f"def make(request, pages, arguments, held):\n{body}", namespace)  # noqa: S102
    # Taken out, or the function and what it looks its names up in would hold each other.
    return cast("Callable[..., Callable[..., Any]]", namespace.pop("make"))


def _structure(pages: Sequence[Page]) -> Structure:
    return tuple((page.size, page.backward, page.cursor is not None) for page in pages)


def _kept(known: dict[K, str], key: K, write: Callable[[], str]) -> str:
    text = known.get(key)
    if text is None:
        if len(known) >= _MOST_STATEMENTS:
            known.clear()
        text = known[key] = write()
    return text


@dataclass(eq=False)
class Reader:
    """SQL around any statement that picks rows, and the Python that builds the answer of them."""

    level: Level
    built: Built
    entry: str
    make: Callable[..., Callable[..., Any]] = field(init=False)
    """The generated `(request, pages, arguments, held)`, which gives what builds the answer of rows."""
    _selects: dict[Structure, str] = field(default_factory=dict)
    _objects: dict[tuple[str, Structure], str] = field(default_factory=dict)
    """Statements by what finds their keys, and their pages."""

    def __post_init__(self) -> None:
        """Raises NotCompilable for what no SQL can be written for, whatever the pages."""
        self.make = _made(self.built, self.entry)
        self.select([_ANY_PAGE] * len(self.built.paged))

    def select(self, pages: Sequence[Page]) -> str:
        return _kept(self._selects, _structure(pages), lambda: self.level.select(pages))

    def page_statement(self, plan: ListPlan, pages: Sequence[Page]) -> str:
        """The statement for a page of the whole tenant's list."""
        viewer = self.level.viewer
        return self._around(plan.rows(viewer, f"{ROOT}.*"), pages) + f" {plan.ordering(viewer)}"

    def objects_statement(self, pages: Sequence[Page], keys: str = ":keys") -> str:
        """The statement for the objects whose keys are in this array. Their keys come first in each row."""
        target = self.level.node_type

        def write() -> str:
            inner = (
                f"select {ROOT}.* from {target.table} {ROOT}"
                f" where {ROOT}.id = any({keys}) and {target.visible(self.level.viewer, ROOT)}"
            )
            return self._around(inner, pages)

        return _kept(self._objects, (keys, _structure(pages)), write)

    def _around(self, inner: str, pages: Sequence[Page]) -> str:
        return f"select {self.select(pages)} from ({inner}) {ROOT}{self.level.joined}"

    def reading(
        self, request: Request, variables: VariableValues, executor: Callable[[], Executor[Any]]
    ) -> "Reading":
        """One request's use of it. Raises what the arguments within the selection are refused for."""
        return Reading(self, request, variables, executor)


class Reading:
    """One request's reading: its pages and arguments, and what is filled in after the rows came."""

    def __init__(
        self,
        reader: Reader,
        request: Request,
        variables: VariableValues,
        executor: Callable[[], Executor[Any]],
    ) -> None:
        self._reader, self.request, self._executor = reader, request, executor
        self._variables = variables
        self._arguments = [each.read(variables) for each in reader.built.arguments]
        self._pages = [_page(each.read(variables)) for each, _ in reader.built.paged]

    @property
    def executor(self) -> Executor[Any]:
        return self._executor()

    def arguments(self, index: int) -> Mapping[str, Any]:
        return self._arguments[index]

    async def page(self, plan: ListPlan) -> Any:
        """A connection over the tenant's list."""
        statement = self.page_statement(plan)  # refuses a bad cursor, also where only the whole is counted
        rows = await fetch(*statement) if self._reader.built.has_rows else []
        counts = [((await count_lists(self.request, [plan], cap + 1))[0], cap) for cap in self.caps()]
        build, held = self._builder()
        answer = build(rows, plan.page, counts)
        await self._fill(held)
        return answer

    async def objects(self, keys: Sequence[UUID]) -> dict[UUID, Any]:
        """The objects with these keys that the viewer may see, by key."""
        rows = await fetch(*self.objects_statement(keys))
        build, held = self._builder()
        answers = {row[0]: build(row) for row in rows}
        await self._fill(held)
        return answers

    async def sought(self, by: KeyBy) -> Any:
        """The object whose key the statement finds, if the viewer may see it."""
        rows = await fetch(*self.sought_statement(by))
        build, held = self._builder()
        answers = [build(row) for row in rows]
        await self._fill(held)
        return answers[0] if answers else None

    async def pages_by(self, reader: Reader, plans: Sequence[ListPlan]) -> list[Any]:
        """Pages of other lists of the same operation, within this one."""
        return await reader.reading(self.request, self._variables, self._executor).pages(plans)

    async def pages(self, plans: Sequence[ListPlan]) -> list[Any]:
        """Connections over several lists of the tenant, which have one order and name values of one dictionary: all in
        one statement, and one for each count."""
        parts = [self.page_statement(plan) for plan in plans]
        rows: list[list[Any]] = [[] for _ in plans]
        if self._reader.built.has_rows:
            text = joined([text for text, _ in parts])
            for row in await fetch(text, {name: each for _, named in parts for name, each in named.items()}):
                rows[row[0]].append(row[2:])
        counts: list[list[tuple[int, int]]] = [[] for _ in plans]
        for cap in self.caps():
            for place, counted in enumerate(await count_lists(self.request, plans, cap + 1)):
                counts[place].append((counted, cap))
        build, held = self._builder()
        pairs = zip(rows, plans, counts, strict=True)
        answers = [build(each, plan.page, counted) for each, plan, counted in pairs]
        await self._fill(held)
        return answers

    def _builder(self) -> tuple[Callable[..., Any], list[Held]]:
        """What builds answers of rows, and what it leaves to be filled in."""
        held: list[Held] = [[] for _ in self._reader.built.fills]
        return self._reader.make(self.request, self._pages, self._arguments, held), held

    def page_statement(self, plan: ListPlan) -> Statement:
        """What reads a page's rows."""
        values = {**plan.query.values, **plan.cursor_values()}
        return self._reader.page_statement(plan, self._pages), self._values(plan.page.limit, values)

    def row_statements(self, plan: ListPlan) -> list[Statement]:
        """What is asked for a page's rows, if any are selected."""
        return [self.page_statement(plan)] if self._reader.built.has_rows else []

    def count_statements(self, plan: ListPlan) -> list[Statement]:
        """What is asked for its counts."""
        return [self.count_statement(plan, cap) for cap in self.caps()]

    def caps(self) -> list[int]:
        """How far the whole list is counted, for each count that is asked for."""
        return [cap_of(**each.read(self._variables)) for each in self._reader.built.caps]

    def count_statement(self, plan: ListPlan, cap: int) -> Statement:
        """What counts the whole list, up to one more than the cap."""
        return plan.counted(self._reader.level.viewer, cap + 1), given(self.request, **plan.query.values)

    def objects_statement(self, keys: Sequence[UUID]) -> Statement:
        """What reads the objects with these keys."""
        return self._reader.objects_statement(self._pages), self._values(len(keys), {"keys": list(keys)})

    def sought_statement(self, by: KeyBy) -> Statement:
        """What reads the object whose key the statement finds."""
        return self._reader.objects_statement(self._pages, f"array({by.text})"), self._values(1, by.values)

    def _values(self, rows: int, values: Mapping[str, object]) -> dict[str, object]:
        found = given(self.request, **values)
        for (_, plan), page in zip(self._reader.built.paged, self._pages, strict=True):
            if page.cursor is not None:
                found.update(placed(plan, page).cursor_values())
        if self._reader.built.longs:
            texts = self._reader.built.longs * max(1, rows) * prod(max(1, page.limit) for page in self._pages)
            found["inline"] = min(LARGEST_INLINE, self.request.long_text_bytes // texts)
        return found

    async def _fill(self, held: list[Held]) -> None:
        for fill, waiting in zip(self._reader.built.fills, held, strict=True):
            if waiting:
                await fill.fill(waiting, self)


def _page(arguments: Mapping[str, Any]) -> Page:
    return page_of(
        arguments.get("first"), arguments.get("after"), arguments.get("last"), arguments.get("before")
    )
