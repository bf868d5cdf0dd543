"""Random operations, each run both ways: by its seed and its number, an operation is always the same."""

import random
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import Any

import orjson
from graphql.execution.values import VariableValues

from core.graphql.compiled.leaves import Bail
from core.graphql.errors import RefusedRequest
from core.graphql.masking import causes
from core.graphql.prepared import PreparedOperation
from tests.graphql.compiled.comparing import (
    BEFORE_READING,
    Attempts,
    Caller,
    told,
    told_in_some_order,
    watched,
)
from tests.graphql.compiled.desks import Scene, Stage
from tests.graphql.compiled.shrinking import shrink
from tests.graphql.compiled.writing import Writer

BROKEN = 0.15
"""The share of operations on the desk whose rows are broken."""
AGAIN = 0.3
"""The share of documents that are asked a second time, by somebody else or with other variables."""


class Differs(AssertionError):
    """The two ways answer differently, or one failed where the other did not."""


@dataclass
class Tally:
    """What a run came upon."""

    operations: int = 0
    invalid: int = 0
    """Documents and variables refused before anything ran: names met in fragments that cannot be merged."""
    with_errors: int = 0
    in_some_order: int = 0
    """Where another of several errors under one null was told."""
    attempts: Attempts = field(default_factory=Attempts)
    callers: Counter[str] = field(default_factory=Counter)

    def __str__(self) -> str:
        left = ", ".join(f"{count} of {name}" for name, count in self.attempts.left.most_common() if count)
        return (
            f"{self.operations} operations alike, {self.with_errors} of them with errors; {self.invalid} were refused"
            f" before they ran. {self.attempts.tried} compiled reads, left to graphql-core: {left or 'none'}."
        )


@dataclass(frozen=True)
class Asker:
    """Somebody with variables of their own."""

    caller: Caller
    variables: dict[str, Any]

    def __str__(self) -> str:
        shown = orjson.dumps(self.variables, option=orjson.OPT_INDENT_2).decode()
        return f"as {self.caller.name} ({self.caller.locale}) with {shown}"


@dataclass(frozen=True)
class Case:
    """One operation, and who asks it: one, or several after one another, who share what is compiled of it."""

    seed: int
    number: int
    scene: Scene
    text: str
    askers: tuple[Asker, ...]

    def __str__(self) -> str:
        head = f"seed {self.seed}, operation {self.number}, of the {self.scene.name} desk"
        return f"{head}, {', then '.join(map(str, self.askers))}:\n{self.text}"


def case_of(stage: Stage, seed: int, number: int) -> Case:
    """The operation of this number."""
    dice = random.Random(f"{seed}:{number}")
    scene = stage.broken if dice.random() < BROKEN else stage.whole
    callers = list(scene.callers.values())
    caller = dice.choice(callers)
    written = Writer(stage.both.core, scene.values, dice).write()
    askers = [Asker(caller, written.variables)]
    if dice.random() < AGAIN:
        flipped = {
            name: not value if isinstance(value, bool) else value for name, value in written.variables.items()
        }
        askers.append(
            Asker(dice.choice([caller, *callers]), flipped if dice.random() < 0.7 else written.variables)
        )
    return Case(seed, number, scene, written.text, tuple(askers))


async def compare(stage: Stage, case: Case, tally: Tally) -> None:
    """Raises Differs."""
    try:
        operation = stage.both.prepared(case.text)
    except RefusedRequest:
        tally.invalid += 1
        return
    for asker in case.askers:
        variables = stage.both.coerced(operation, asker.variables)
        if variables is None:
            tally.invalid += 1
        else:
            await _compare(stage, case, asker.caller, operation, variables, tally)


async def _compare(
    stage: Stage,
    case: Case,
    caller: Caller,
    operation: PreparedOperation,
    variables: VariableValues,
    tally: Tally,
) -> None:
    both = stage.both
    with watched() as attempts:
        compiled = await both.run(both.compiled, operation, variables, caller)
    plain = await both.run(both.plain, operation, variables, caller)
    is_same = told(compiled) == told(plain)
    if not is_same and told_in_some_order(compiled) != told_in_some_order(plain):
        shown = f"--- compiled\n{told(compiled).decode()}\n--- plain\n{told(plain).decode()}"
        raise Differs(f"{case}\nThe answers to {caller.name} differ.\n{shown}")
    reasons = {type(cause).__name__ for error in plain.errors or () for cause in causes(error)}
    if plain.errors:
        reasons.add(Bail.__name__)
    unexpected = set(attempts.left) - BEFORE_READING - reasons
    if unexpected:
        raise Differs(
            f"{case}\nOnly the compiled read for {caller.name} failed: {unexpected}"
        ) from attempts.last
    tally.attempts.add(attempts)
    tally.operations += 1
    tally.callers[caller.name] += 1
    tally.in_some_order += not is_same
    tally.with_errors += bool(plain.errors)


async def fuzz(stage: Stage, seed: int, numbers: Iterable[int], tally: Tally) -> None:
    """Compares these operations. Raises Differs at the first that differs, with the least of it that does."""
    for number in numbers:
        case = case_of(stage, seed, number)
        try:
            await compare(stage, case, tally)
        except Differs as found:
            raise await _shrunk(stage, case, found) from found


async def _shrunk(stage: Stage, case: Case, found: Differs) -> Differs:
    least = found

    async def fails(text: str) -> bool:
        nonlocal least
        try:
            smaller = replace(case, text=text)
            await compare(stage, smaller, Tally())
        except Differs as still:
            least = still
            return True
        return False

    await shrink(case.text, fails)
    return least
