"""Random operations, each run both ways: by its seed and its number, an operation is always the same."""

import random
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field, replace

import orjson

from core.graphql.compiled.leaves import Bail
from core.graphql.errors import RefusedRequest
from core.graphql.masking import causes
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
from tests.graphql.compiled.writing import Writer, Written

BROKEN = 0.15
"""The share of operations on the desk whose rows are broken."""


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
class Case:
    """One operation of one caller."""

    seed: int
    number: int
    scene: Scene
    caller: Caller
    written: Written

    def __str__(self) -> str:
        variables = orjson.dumps(self.written.variables, option=orjson.OPT_INDENT_2).decode()
        return (
            f"seed {self.seed}, operation {self.number}, as {self.caller.name} ({self.caller.locale}) of the"
            f" {self.scene.name} desk:\n{self.written.text}\n{variables}"
        )


def case_of(stage: Stage, seed: int, number: int) -> Case:
    """The operation of this number."""
    dice = random.Random(f"{seed}:{number}")
    scene = stage.broken if dice.random() < BROKEN else stage.whole
    caller = dice.choice(list(scene.callers.values()))
    return Case(seed, number, scene, caller, Writer(stage.both.core, scene.values, dice).write())


async def compare(stage: Stage, case: Case, tally: Tally) -> None:
    """Raises Differs."""
    both = stage.both
    try:
        operation = both.prepared(case.written.text)
    except RefusedRequest:
        tally.invalid += 1
        return
    variables = both.coerced(operation, case.written.variables)
    if variables is None:
        tally.invalid += 1
        return
    before = tally.attempts.left.copy()
    compiled = await both.run(both.compiled, operation, variables, case.caller)
    plain = await both.run(both.plain, operation, variables, case.caller)
    is_same = told(compiled) == told(plain)
    if not is_same and told_in_some_order(compiled) != told_in_some_order(plain):
        raise Differs(f"{case}\n--- compiled\n{told(compiled).decode()}\n--- plain\n{told(plain).decode()}")
    reasons = {type(cause).__name__ for error in plain.errors or () for cause in causes(error)}
    if plain.errors:
        reasons.add(Bail.__name__)
    unexpected = set(tally.attempts.left - before) - BEFORE_READING - reasons
    if unexpected:
        raise Differs(f"{case}\n--- only the compiled read failed: {unexpected}") from tally.attempts.last
    tally.operations += 1
    tally.callers[case.caller.name] += 1
    tally.in_some_order += not is_same
    tally.with_errors += bool(plain.errors)


async def fuzz(stage: Stage, seed: int, numbers: Iterable[int], tally: Tally) -> None:
    """Compares these operations. Raises Differs at the first that differs, with the least of it that does."""
    with watched() as tally.attempts:
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
            smaller = replace(case, written=replace(case.written, text=text))
            await compare(stage, smaller, Tally())
        except Differs as still:
            least = still
            return True
        return False

    await shrink(case.written.text, fails)
    return least
