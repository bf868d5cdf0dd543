"""Commands in the pages are commands that there are, with options that they have."""

import re
import shlex
from collections.abc import Iterator
from pathlib import Path

from click import Argument, Command, Option

from docs._build.command import docs
from docs._build.commands import commands
from docs._build.requirements import requirements
from tests.docs.conftest import PAGES
from tests.docs.reading import codes, fences

OWN = {"api", "test", "check", "fix", "bench", "fuzz", "help"}
"""What `desk` does itself; their arguments go to pytest, or there are none."""


def commands_in(text: str) -> Iterator[str]:
    """The calls of desk or deskgraph on a page, in shell blocks and as code within lines."""
    blocks = [
        line.partition(" #")[0]
        for each in fences(text)
        if each.language == "sh"
        for line in each.text.splitlines()
    ]
    for line in (*blocks, *codes(text)):
        if re.match(r"(\./desk|deskgraph) [a-z]", line):
            yield line.strip()


def wrong_with(call: str) -> str | None:
    """What is wrong with a call, if anything."""
    _, *words = shlex.split(call)
    known: dict[str, Command] = {**commands(), "docs": docs, "requirements": requirements}
    if words[0] in OWN:
        return None
    for length in (2, 1):
        command = known.get(" ".join(words[:length]))
        if command is not None:
            return _wrong_options(command, words[length:])
    return "no such command"


def _wrong_options(command: Command, words: list[str]) -> str | None:
    known = {name for each in command.params if isinstance(each, Option) for name in each.opts}
    unknown = [word for word in words if word.startswith("--") and word.partition("=")[0] not in known]
    return f"no option {', '.join(unknown)}" if unknown else None


def missing_needed(call: str) -> list[str]:
    """The options that a call in a shell block must have and lacks."""
    _, *words = shlex.split(call)
    command = commands().get(" ".join(words[:2])) or commands().get(words[0])
    needed = [each for each in command.params if each.required] if command else []
    named = [each.opts[0] for each in needed if isinstance(each, Option) and not set(each.opts) & set(words)]
    # Whatever follows the command's own words and is no option may be an argument.
    given = [word for word in words[2:] if not word.startswith("--")]
    arguments = [each.opts[0] for each in needed if isinstance(each, Argument)]
    return named + arguments[len(given) :]


def test_commands_are_there(text: str) -> None:
    assert [(call, wrong) for call in commands_in(text) if (wrong := wrong_with(call))] == []


def test_calls_in_shell_blocks_are_complete(text: str) -> None:
    blocks = "\n".join(f"```sh\n{each.text}```" for each in fences(text) if each.language == "sh")

    assert [(call, lacks) for call in commands_in(blocks) if (lacks := missing_needed(call))] == []


def test_the_door_knows_its_own_verbs(root: Path) -> None:
    door = (root / "desk").read_text(encoding="utf-8")

    assert [
        verb for verb in sorted(OWN | {"docs"}) if not re.search(rf"^  {verb}\b[^)\n]*\)", door, re.MULTILINE)
    ] == []


def test_the_readme_shows_the_two_commands() -> None:
    shown = list(commands_in(PAGES["README.md"]))

    assert shown[:2] == ["./desk serve --demo", "./desk test"]


def test_a_wrong_call_is_found() -> None:
    assert wrong_with("./desk serve --demo") is None
    assert wrong_with("./desk serve --dmeo") == "no option --dmeo"
    assert wrong_with("./desk fly") == "no such command"
    assert wrong_with("deskgraph tenant destroy --slug x") == "no such command"
    assert missing_needed("./desk token create --tenant a") == ["--name"]
    assert missing_needed("./desk job retry --json") == ["id"]
    assert missing_needed("./desk job retry job_1 --json") == []
    assert list(commands_in("```sh\n./desk serve --demo   # comment\nls\n```\n`./desk doctor`")) == [
        "./desk serve --demo",
        "./desk doctor",
    ]
