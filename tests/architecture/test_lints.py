"""The product keeps to its own lints; and each lint knows the good from the bad."""

from pathlib import Path, PurePosixPath

import pytest

from tests.architecture import lints
from tests.architecture.lints import LINTS, Lint, Source

ROOT = Path(__file__).parents[2]
RULE = "core/tickets/service/samples.py"
PLACE = "core/kit/samples.py"

SAMPLES: dict[Lint, tuple[str, list[str], list[str]]] = {
    lints.pure_rules: (
        RULE,
        ["at = ctx.now()\nkey = ctx.new_id()", "from datetime import datetime\ndef f(at: datetime) -> None: ..."],
        [
            "at = datetime.now(UTC)", "key = uuid4()", "from uuid import uuid4", "name = os.environ['X']",
            "import random", "from random import choice", "at = time.time()",
        ],
    ),
    lints.kept_tasks: (
        PLACE,
        ["task = asyncio.create_task(work())", "async with TaskGroup() as group:\n    group.create_task(work())"],
        ["asyncio.create_task(work())", "asyncio.ensure_future(work())"],
    ),
    lints.nothing_kept_on_connections: (
        PLACE,
        [
            "await execute('select pg_advisory_xact_lock(1)')", "await execute('set local statement_timeout = 5')",
            "await execute('update users set name = :name')", "await execute('set constraints all immediate')",
        ],
        [
            "await execute('select pg_advisory_lock(1)')", "await execute('select pg_try_advisory_lock(1)')",
            "await execute('set statement_timeout = 5')", "await execute('SET app.tenant TO x')",
            "await execute(\"select set_config('app.tenant', :t, false)\")",
        ],
    ),
    lints.turns_taken_by_name: (
        PLACE,
        ["await take_turns('views', owner_id)"],
        ["await execute('select pg_advisory_xact_lock(hashtextextended(:what, 0))', {})"],
    ),
    lints.caught_by_name: (
        PLACE,
        ["try:\n    f()\nexcept ValueError:\n    g()", "with suppress(OSError):\n    f()"],
        [
            "try:\n    f()\nexcept Exception:\n    g()", "try:\n    f()\nexcept:\n    g()",
            "try:\n    f()\nexcept (ValueError, BaseException):\n    g()",
            "with contextlib.suppress(Exception):\n    f()",
        ],
    ),
    lints.settings_handed_down: (
        RULE,
        ["def f(base_url: str) -> None: ..."],
        ["from settings import Settings", "import settings.model", "def f():\n    from settings import Settings"],
    ),
    lints.core_names_no_plugin: (
        PLACE,
        ["from core.kit.graph import attach"],
        ["from plugins.saml import provider", "import core.plugins", "from core.plugins.saml import x"],
    ),
    lints.small_files: (PLACE, ["x = 1\n" * 400], ["x = 1\n" * 401]),
    lints.nothing_left_over: (
        PLACE,
        ["x = 1  # They resend when we take long.", "todo = 'a word'"],
        ["x = 1  # TO" "DO: later", "# FIX" "ME"],
    ),
    lints.named_by_idea: (PLACE, ["x = 1"], []),
    lints.logged_not_printed: (PLACE, ["log.info('ticket.opened')"], ["print('opened')"]),
}  # fmt: skip


def _sources() -> list[Source]:
    found = [path for folder in ("core", "settings") for path in sorted((ROOT / folder).rglob("*.py"))]
    return [Source(PurePosixPath(path.relative_to(ROOT).as_posix()), path.read_text()) for path in found]


@pytest.mark.parametrize("lint", LINTS, ids=lambda lint: lint.__name__)
def test_the_product_keeps_to_it(lint: Lint) -> None:
    found = [f"{source.path}:{line}: {told}" for source in _sources() for line, told in lint(source)]

    assert not found, f"{lint.__doc__}\n" + "\n".join(found)


def test_every_lint_has_samples() -> None:
    assert set(SAMPLES) == set(LINTS)


@pytest.mark.parametrize("lint", LINTS, ids=lambda lint: lint.__name__)
def test_it_lets_the_good_pass(lint: Lint) -> None:
    path, good, _ = SAMPLES[lint]

    for text in good:
        assert list(lint(Source(PurePosixPath(path), text))) == [], text


@pytest.mark.parametrize("lint", LINTS, ids=lambda lint: lint.__name__)
def test_it_finds_the_bad_and_says_what_to_do(lint: Lint) -> None:
    path, _, bad = SAMPLES[lint]

    for text in bad:
        found = list(lint(Source(PurePosixPath(path), text)))
        assert found, text
        assert all(len(told) > 20 for _, told in found)


def test_a_name_that_says_nothing_is_found() -> None:
    assert list(lints.named_by_idea(Source(PurePosixPath("core/kit/utils.py"), "x = 1")))


def test_every_exception_to_a_lint_is_still_needed() -> None:
    """A place that needs no leave any more loses it."""
    by_path = {str(source.path): source for source in _sources()}
    for path in lints.CATCHES_ALL:
        source = by_path[path]
        moved = Source(PurePosixPath("core/elsewhere.py"), source.text)
        assert list(lints.caught_by_name(moved)), f"{path} catches nothing unnamed any more"
    for path in lints.OWN_SESSION:
        moved = Source(PurePosixPath("core/elsewhere.py"), by_path[path].text)
        assert list(lints.nothing_kept_on_connections(moved)), f"{path} keeps nothing any more"
