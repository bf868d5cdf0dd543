"""How a document is read: the statements of each root field, PostgreSQL's plans for them, and what is left to
graphql-core and why. For developers and operators; it runs look-ups and plans, and reads no rows unless asked to."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from graphql import GraphQLError
from graphql.execution.values import VariableValues

from core.graphql.compiled.layout import laid_out
from core.graphql.compiled.reader import Reader, Reading, Statement
from core.graphql.compiled.readers import Readers
from core.graphql.compiled.running import CompiledRun, Read, is_sought, keys_by_type, reads_of
from core.graphql.compiled.schema import NotCompilable
from core.graphql.prepared import PreparedOperation
from core.kit.database import fetch, names_in, transaction
from core.kit.graph.reading import FOR_COUNTS
from core.kit.graph.request import BadArgument, NotPermitted, Request
from core.kit.graph.roots import Lookup

BY_RESOLVER = "its resolver answers it; objects that it leads to by a key are read compiled"


@dataclass(frozen=True, slots=True)
class ExplainedStatement:
    """SQL as it is sent but for its line breaks and its parameters, which have names here."""

    sql: str
    parameters: tuple[str, ...]
    plan: tuple[str, ...]


@dataclass(slots=True)
class ExplainedField:
    """A root field. `why_not` says why all of it is graphql-core's; `left` names the fields within that are, and why
    they are."""

    name: str
    why_not: str | None = None
    statements: list[ExplainedStatement] = field(default_factory=list)
    left: list[str] = field(default_factory=list)


async def explain(
    run: CompiledRun,
    operation: PreparedOperation,
    variables: VariableValues,
    request: Request,
    *,
    analyze: bool = False,
) -> list[ExplainedField]:
    """The root fields of a query, in the order of its answer, as this request's viewer has them. With `analyze` the
    statements run."""
    readers = Readers(run.declarations, operation, variables, request.viewer)
    reads = {each.name: each for each in reads_of(run, readers)}
    explaining = _Explaining(run, readers, operation, variables, request, analyze)
    return [
        await explaining.field(reads[name]) if name in reads else ExplainedField(name, BY_RESOLVER)
        for name in readers.root()
    ]


@dataclass(frozen=True, slots=True)
class _Explaining:
    run: CompiledRun
    readers: Readers
    operation: PreparedOperation
    variables: VariableValues
    request: Request
    analyze: bool

    async def field(self, read: Read) -> ExplainedField:
        made = ExplainedField(read.name)
        try:
            arguments = self.readers.given(read.definition, read.fields).read(self.variables)
            if isinstance(read.source, Lookup):
                await self._objects(read, made, await read.source.find(self.request, **arguments))
            else:
                plan = await read.source.plan(self.request, **arguments)
                reader = self.readers.made_for_list(read.definition, read.fields, plan)
                reading = self._reading(reader, made)
                await self._add(made, reading.row_statements(plan))
                async with transaction(local=FOR_COUNTS):
                    await self._add(made, reading.count_statements(plan))
        except NotCompilable as reason:
            made.why_not = str(reason)
        except (BadArgument, NotPermitted, GraphQLError) as refusal:
            made.why_not = f"it is refused: {refusal}"
        return made

    async def _objects(self, read: Read, made: ExplainedField, found: Any) -> None:
        if is_sought(found):
            reading = self._reading(self.readers.made_for_object(found[0], read.fields), made)
            await self._add(made, [reading.sought_statement(found[1])])
            return
        several = found if isinstance(found, list) else [found]
        for node_type, keys in keys_by_type(several).items():
            reading = self._reading(self.readers.made_for_object(node_type, read.fields), made)
            await self._add(made, [reading.objects_statement(keys)])

    def _reading(self, reader: Reader, made: ExplainedField) -> Reading:
        made.left += [note for note in reader.built.notes if note not in made.left]
        return reader.reading(
            self.request,
            self.variables,
            lambda: self.run.executor(self.operation, self.variables, self.request),
        )

    async def _add(self, made: ExplainedField, statements: Sequence[Statement]) -> None:
        how = "explain (analyze, buffers)" if self.analyze else "explain"
        for text, values in statements:
            rows = await fetch(f"{how} {text}", values)
            plan = tuple(row[0] for row in rows)
            made.statements.append(ExplainedStatement(laid_out(text), names_in(text), plan))
