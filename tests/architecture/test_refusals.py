"""Every refusal says where in the input its cause lies, or is of a kind that has no place there."""

import ast
from collections.abc import Iterator
from pathlib import Path

from core import app
from core.kit.errors import DomainError, Forbidden, VersionConflict

ROOT = Path(__file__).parents[2]
LOADED = app.__name__
"""Which loads every refusal there is."""

NOWHERE = {
    "a limit of the helpdesk, not of the input": {
        "TooManyBlocks", "TooManyForms", "TooManyTemplates", "TooManyRecurring", "TooManyMethods", "TooManyInstances",
        "TooManyViews", "TooManyFavorites", "TooManyWebhooks", "TooManyWaiting", "TooManyRows", "LimitExceeded",
    },
    "a limit on attempts": {"TooManyAttempts", "TooManyFoundings"},
    "nobody is told what was wrong": {"WrongCredentials", "SignInRefused"},
    "the whole act is not for this caller, this helpdesk or this installation": {
        "NoHelpdeskHere", "SignInUnavailable", "SignUpOff", "OnlyOneTenant", "FoundedElsewhere", "NotASession",
        "OnlyAgentsAppear", "PlanMakesNoRoles", "NotEnabled",
    },
}  # fmt: skip
"""Refusals that may be raised without a place, by the reason."""

LOCATED_BY_CALLERS = {
    "core/exchange/service/cell_values.py": "an import says row and heading",
    "core/exchange/service/importing.py": "an import says row and heading",
    "core/exchange/service/reading.py": "about a file that is read by a job",
    "core/exchange/service/unpacking.py": "about a file that is read by a job",
    "core/fields/kinds.py": "`accept_values` says which custom field",
    "core/files/service/storing.py": "about bytes that are sent, without a mutation",
    "core/files/sniffing.py": "about bytes that are sent, without a mutation",
    "core/http/files.py": "about bytes that are sent, without a mutation",
    "core/mails/language/reading.py": "the template says which of its texts",
    "core/mails/language/translating.py": "the template says which of its texts",
    "plugins/storage_local/folder.py": "a word of the same name, which is no refusal",
}


def refusals() -> dict[str, type[DomainError]]:
    found: dict[str, type[DomainError]] = {}
    waiting = [DomainError]
    while waiting:
        for each in waiting.pop().__subclasses__():
            found[each.__name__] = each
            waiting.append(each)
    return found


def unlocated(text: str) -> Iterator[tuple[int, str]]:
    """Refusals that are made without a place, and with no reason for that."""
    known, fine = refusals(), set().union(*NOWHERE.values())
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Raise) and isinstance(node.exc, ast.Name):
            name, located = node.exc.id, False
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            name, located = node.func.id, any(each.arg in ("path", None) for each in node.keywords)
        else:
            continue
        places_itself = name in known and issubclass(known[name], VersionConflict | Forbidden)
        if name in known and not located and not places_itself and name not in fine:
            yield node.lineno, f"say where: {name}(path=(…))"


def sources() -> Iterator[Path]:
    """But for what operators are told at a command."""
    for part in ("core", "plugins"):
        for path in sorted((ROOT / part).glob("**/*.py")):
            if not {"tests", "operating"} & set(path.relative_to(ROOT).parts):
                yield path


def test_refusals_say_where() -> None:
    found = {
        f"{path.relative_to(ROOT)}:{line}": message
        for path in sources()
        if str(path.relative_to(ROOT)) not in LOCATED_BY_CALLERS
        for line, message in unlocated(path.read_text())
    }
    assert found == {}


def test_no_exception_outlives_its_reason() -> None:
    for place in LOCATED_BY_CALLERS:
        assert list(unlocated((ROOT / place).read_text())), f"{place} locates all of its refusals now"
    known = refusals()
    assert {each for names in NOWHERE.values() for each in names} <= known.keys()


def test_the_lint_knows_the_good_from_the_bad() -> None:
    for good in (
        "raise NotFound(path=('id',))", "raise Forbidden(permission='x')", "raise VersionConflict(current=key)",
        "raise TooManyForms(limit=3)", "raise ValueError",
    ):  # fmt: skip
        assert list(unlocated(good)) == [], good
    for bad in ("raise NotFound", "raise NotFound()", "errors.append(TicketClosed(number=3))"):
        assert [line for line, _message in unlocated(bad)] == [1], bad
