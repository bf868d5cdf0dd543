"""Compiled reads answer what graphql-core answers, whatever valid document is asked by whomever."""

import gc

import pytest

from tests.graphql.compiled.comparing import NOT_COMPILABLE
from tests.graphql.compiled.desks import PEOPLE, Stage
from tests.graphql.compiled.fuzzing import Tally, fuzz

DOCUMENTS = 1560
SEED = 20261129


# Where a null ends a list, graphql-core drops what is under way beside it: of a ticket whose status leads nowhere the
# labels of the others' next statuses. Python says so of each resolver that was never awaited; all else still fails.
_FORGOTTEN = "Exception ignored in. <coroutine object GraphQLCoreConverter"


@pytest.mark.filterwarnings(f"ignore:{_FORGOTTEN}:pytest.PytestUnraisableExceptionWarning")
@pytest.mark.timeout(600)
async def test_compiled_reads_answer_as_graphql_core_does(stage: Stage) -> None:
    tally = Tally()

    await fuzz(stage, SEED, range(DOCUMENTS), tally)
    gc.collect()  # so that what was forgotten is told here, and not by a test after this one

    print(tally)
    assert tally.operations > 1900
    assert set(tally.callers) == set(PEOPLE)
    assert tally.invalid < DOCUMENTS * 0.03
    assert tally.with_errors < DOCUMENTS * 0.35
    assert tally.in_some_order < DOCUMENTS * 0.01
    assert tally.attempts.tried > DOCUMENTS
    assert sum(tally.attempts.left.values()) < tally.attempts.tried * 0.2
    assert tally.attempts.left[NOT_COMPILABLE] < tally.attempts.tried * 0.04
