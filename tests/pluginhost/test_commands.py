"""`deskgraph plugin` and `schema`, run as operators and authors run them: they tell what a server would have."""

import asyncio
import json
import time
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from core.commands.plugins import plugin
from core.pluginhost.scaffolding import TEMPLATE_WORDS, template_names
from core.testing import Desk
from settings import Settings
from tests.pluginhost.starting import at, started
from tests.pluginhost.test_examining import ROOT, run
from tests.pluginhost.test_graphql import TINTS
from tests.pluginhost.test_tables import lay
from tests.pluginhost.writing import put

ASKED = "{ plugins { name state failures { stage } } }"
SWALLOWS = """
import time
while True:
    try:
        time.sleep(60)
    except Exception:
        pass
"""
HANGS = {
    "a loop": "while True: pass",
    "what catches all exceptions": SWALLOWS,
    "a lock": "import threading\nlock = threading.Lock()\nlock.acquire()\nlock.acquire()",
}
UNSTOPPABLE = "import signal\nsignal.signal(signal.SIGALRM, signal.SIG_IGN)\nwhile True: pass"


def rows(text: str) -> dict[str, Any]:
    return {each["name"]: each for each in json.loads(text)}


async def test_the_list_tells_what_the_api_tells(
    desk: Desk, settings: Settings, tmp_path: Path, database_url: str
) -> None:
    put(tmp_path, "title", TINTS.replace("tints", "title").replace("Tints", "Title"))
    put(tmp_path, "good")
    put(tmp_path, "storage_local")
    async with started(settings, plugins_path=tmp_path) as served:
        asked = (await at(served, desk.admin).ask(ASKED)).data["plugins"]

    told = await asyncio.to_thread(
        run, "list", "--json", folder=tmp_path, DESKGRAPH_DATABASE_URL=database_url
    )

    listed = json.loads(told.stdout)
    assert Counter((each["name"], each["state"].upper()) for each in listed) == Counter(
        (each["name"], each["state"]) for each in asked
    )
    states = [each["state"] for each in listed if each["name"] in ("title", "storage_local")]
    assert states == ["loaded", "failed", "degraded"]
    title, second = rows(told.stdout)["title"], rows(told.stdout)["storage_local"]
    assert title["problem"] == (
        "REGISTER: The field Ticket.title of title is taken already, by the product itself."
    )
    assert "DESKGRAPH_PLUGINS_DENY=title" in title["way_out"]
    assert second["way_out"].endswith(f"Take this one out: {tmp_path / 'storage_local.py'}")
    assert [each["problem"] for each in listed if each["state"] == "loaded"] == [None] * (len(listed) - 2)


def test_people_read_what_is_wrong_below_the_list(tmp_path: Path) -> None:
    put(tmp_path, "broken", "raise RuntimeError('no')")

    told = run("list", folder=tmp_path, DESKGRAPH_PLUGINS_REQUIRED="nowhere_found")

    assert "\nbroken: IMPORT: RuntimeError: no\n  What helps: Install what it lacks" in told.stdout
    assert "\nnowhere_found: FIND: It is required, and no package or file brings it" in told.stdout


@pytest.mark.parametrize("text", HANGS.values(), ids=HANGS.keys())
def test_what_hangs_is_given_up_and_the_others_are_told(tmp_path: Path, text: str) -> None:
    put(tmp_path, "hangs", text)
    put(tmp_path, "later")

    listed = run("list", "--json", "--seconds", "1.5", folder=tmp_path)
    checked = run("check", "hangs", "--seconds", "1.5", folder=tmp_path)

    found = rows(listed.stdout)
    assert (found["hangs"]["state"], found["later"]["state"]) == ("failed", "loaded")
    assert found["hangs"]["problem"] == "IMPORT: It did not end within 1.5 seconds."
    assert checked.returncode == 1
    assert checked.stdout.startswith(
        "fail  hangs: IMPORT: It did not end within 1.5 seconds.\n      Traceback"
    )
    assert f'File "{tmp_path / "hangs.py"}", line ' in checked.stdout


def test_what_hears_nothing_ends_the_command(tmp_path: Path) -> None:
    put(tmp_path, "deaf", UNSTOPPABLE)

    began = time.monotonic()
    listed = run("list", "--seconds", "1", folder=tmp_path)

    assert time.monotonic() - began < 40
    assert listed.returncode == 1
    assert listed.stderr == (
        "Error: The plugin deaf did not end within 1 seconds, and cannot be interrupted."
        " DESKGRAPH_PLUGINS_DENY=deaf leaves it out.\n"
    )


def test_tables_that_nobody_can_be_asked_of_are_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    lay(tmp_path, monkeypatch)
    place = {"PYTHONPATH": str(tmp_path), "DESKGRAPH_DATA_DIR": str(tmp_path / "data")}

    listed = run("list", "--json", folder=tmp_path, **place)
    checked = run("check", "made", folder=tmp_path, **place)

    assert rows(listed.stdout)["made"]["state"] == "loaded"
    assert listed.stderr == (
        "No database is running that could say whether their tables are up to date: made.\n"
    )
    assert checked.stderr == ""


def test_a_name_that_somebody_has_is_taken(tmp_path: Path) -> None:
    put(tmp_path, "mine", "raise RuntimeError('never imported')")

    told = [
        run("new", name, "--into", str(tmp_path / "new"), folder=tmp_path) for name in ("sso_jwt", "mine")
    ]

    assert [each.returncode for each in told] == [1, 1]
    assert told[0].stderr.startswith("Error: The name sso_jwt is taken, by deskgraph (plugins.sso_jwt:")
    assert told[1].stderr.startswith(f"Error: The name mine is taken, by {tmp_path / 'mine.py'};")
    assert not (tmp_path / "new").exists()


def test_kinds_are_told_with_a_line_each(tmp_path: Path) -> None:
    asked = run("new", "--kind", "help", folder=tmp_path)
    unknown = run("new", "fresh_one", "--kind", "fish", "--into", str(tmp_path), folder=tmp_path)

    assert sorted(TEMPLATE_WORDS) == template_names()
    assert asked.returncode == 0
    assert [line.split() for line in asked.stdout.splitlines()[1:]] == [
        [name, *words.split()] for name, words in TEMPLATE_WORDS.items()
    ]
    assert unknown.returncode == 1
    assert unknown.stderr.startswith("Error: There is no kind fish.")
    assert "  tables       a table, a subscription" in unknown.stderr


def test_places_are_where_the_caller_stands(tmp_path: Path) -> None:
    here = {"DESK_CALLED_FROM": str(tmp_path)}
    put(tmp_path, "good")

    made = run("new", "fresh_one", folder=tmp_path, **here)
    deeper = run("new", "fresh_two", "--into", "deeper", folder=tmp_path, **here)
    folder = run("check", "./fresh_one", folder=tmp_path, **here)
    file = run("check", "./good.py", folder=tmp_path, **here)

    assert made.stdout.startswith("Made fresh_one.\n")
    assert (tmp_path / "fresh_one" / "pyproject.toml").is_file()
    assert deeper.stdout.startswith("Made deeper/fresh_two.\n")
    assert (tmp_path / "deeper" / "fresh_two" / "README.md").is_file()
    assert folder.stderr.startswith("Error: ./fresh_one is not installed: ")
    assert folder.stderr.endswith(" install -e ./fresh_one\n")
    assert (file.returncode, file.stdout.splitlines()[-1]) == (0, "./good.py passes.")


def test_the_schema_tells_whom_it_leaves_out_and_has_them_when_asked(tmp_path: Path) -> None:
    put(tmp_path, "tints", TINTS)
    put(tmp_path, "title", TINTS.replace("tints", "title").replace("Tints", "Title"))

    only = {"DESKGRAPH_PLUGINS_ALLOW": "tints,title"}  # whatever else is installed here
    checked = run("--check", folder=tmp_path, group="schema", **only)
    whole = run("--plugins", folder=tmp_path, group="schema", **only)
    denied = run("--check", folder=tmp_path, group="schema", DESKGRAPH_PLUGINS_ALLOW="ticket_links")

    assert checked.returncode == 0, checked.stderr
    assert checked.stdout.splitlines()[-1] == (
        "Left out, as no part of the product: tints, title. `./desk schema --plugins` has everything."
    )
    assert "Left out" not in denied.stdout
    assert "\n  tints: TintsTint\n" in whole.stdout
    assert whole.stderr == (
        "title: REGISTER: The field Ticket.title of title is taken already, by the product itself.\n"
    )


def test_what_tests_need_is_told_where_it_lacks(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("sys.executable", str(tmp_path / "bin" / "python"))
    monkeypatch.setenv("DESK_CALLED_FROM", str(tmp_path))

    plugin.main(["new", "fresh_one"], standalone_mode=False)

    assert capsys.readouterr().out.splitlines() == [
        "Made fresh_one.",
        "  Install it:  bin/pip install -e ./fresh_one",
        f"  Once, for tests:  bin/pip install -e '{ROOT}[testing]'",
        "  Test it:     bin/pytest ./fresh_one",
    ]
