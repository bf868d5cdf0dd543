"""The watch for secrets finds them wherever they show, and nothing else."""

import subprocess
import sys
import time
from pathlib import Path
from typing import Any
from uuid import UUID

import asyncpg
import httpx2
import pytest
from structlog.testing import capture_logs

from core.identity.service import tokens
from core.identity.tokens import BEARERS, TokenKind
from core.kit.crypto import Place, Sealer
from core.kit.database import fetch_value
from core.kit.logging import get_logger
from core.testing import Desk
from tests.canaries import BORNE, MARK, WATCH, Watch, judged, planted

ROOT = Path(__file__).parents[1]
SUITE = """
import sys
from tests.canaries import MARK, BORNE

def test_quiet(): print("nothing")
def test_printed(): print(MARK + "password")
def test_logged():
    import logging
    logging.getLogger("x").warning("token %s", "dga_1" + BORNE)
def test_told(): sys.stderr.write(MARK + "password")
def test_after(): print("nothing either")
"""
HOOK = """
import pytest
from tests.canaries import WATCH, judged

@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport():
    report = yield
    judged(report, WATCH)
    return report
"""


def report(*sections: tuple[str, str], when: str = "call", outcome: Any = "passed") -> pytest.TestReport:
    made = pytest.TestReport("t", ("t", 1, "t"), {}, outcome, None, when, sections=list(sections))  # type: ignore[arg-type]
    return made


def test_a_test_that_leaks_fails_and_no_other(tmp_path: Path) -> None:
    (tmp_path / "test_leaking.py").write_text(SUITE, encoding="utf-8")
    (tmp_path / "conftest.py").write_text(HOOK, encoding="utf-8")

    told = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-c", "/dev/null", str(tmp_path)],
        cwd=ROOT, env={"PATH": "/usr/bin:/bin", "PYTHONPATH": str(ROOT)}, capture_output=True, text=True,
        timeout=60, check=False,
    )  # fmt: skip

    assert WATCH.taken() == ["what a program printed"], "as it was meant to here"
    failed = {
        line.split("::")[1].split(" ")[0] for line in told.stdout.splitlines() if line.startswith("FAILED")
    }
    assert failed == {"test_printed", "test_logged", "test_told"}, told.stdout + told.stderr
    assert "a secret shows in: Captured stdout call" in told.stdout
    assert "2 passed" in told.stdout


@pytest.mark.parametrize(
    ("text", "leaks"),
    [
        (f"x {planted('token')}", True),
        (f"dga_abc{BORNE} x", True),
        ("whsec_0123456789abcdef", True),
        ("canary", False),
        ("", False),
    ],
)
def test_what_was_printed_is_searched(text: str, leaks: bool) -> None:
    watch = Watch(sealed={"whsec_0123456789abcdef"})
    of_call, of_setup = (
        report(("Captured stdout call", text)),
        report(("Captured stdout call", text), when="setup"),
    )

    judged(of_call, watch)
    judged(of_setup, watch)

    assert of_call.outcome == ("failed" if leaks else "passed")
    assert of_setup.outcome == "passed", "told where it happened, and once"


def test_what_failed_already_keeps_its_reason() -> None:
    failed = report(("Captured stdout call", MARK), outcome="failed")
    failed.longrepr = "assert 1 == 2"

    judged(failed, Watch())

    assert failed.longrepr == "assert 1 == 2"


def test_what_was_sealed_is_forgotten_after_the_test() -> None:
    watch = Watch(sealed={"a secret of sixteen"})

    judged(report(when="teardown"), watch)

    assert watch.sealed == set()


async def test_answers_of_the_api_are_looked_at(desk: Desk) -> None:
    named = "mutation($name: String!) { tagCreate(input: {name: $name}) { tag { id } } }"
    await desk.founder.ask(named, name=f"{MARK}tag")
    tag = WATCH.taken()
    await desk.founder.ask("{ tags { nodes { name } } }")
    read = WATCH.taken()

    assert tag == ["a statement's values"]
    assert read == ["an answer of the API"]


def test_answers_of_others_and_tokens_in_answers_are_no_leak() -> None:
    for address, text in (("https://a.example/x", MARK), ("http://desk.localhost/graphql", f"dgs_1{BORNE}")):
        request = httpx2.Request("POST", address)
        httpx2.Response(200, content=f'{{"a": "{text}"}}', request=request).json()

    assert WATCH.taken() == []


async def test_statements_are_looked_at(database_url: str, desk: Desk) -> None:
    await fetch_value("select :a::text", {"a": planted("x")})
    one = WATCH.taken()
    await fetch_value("select cardinality(:a::text[])", {"a": ["x", f'{{"payload": "{MARK}"}}']})
    listed = WATCH.taken()
    connection = await asyncpg.connect(database_url)
    await connection.executemany("select $1::text", [("x",), (MARK,)])
    many = WATCH.taken()
    await connection.close()

    assert one == listed == many == ["a statement's values"]


def test_logs_that_a_test_captures_are_looked_at() -> None:
    with capture_logs():
        get_logger("x").info("x.y", token=planted("x"))

    assert WATCH.taken() == ["captured logs"]


def test_what_a_test_reads_of_its_output_is_looked_at(capsys: pytest.CaptureFixture[str]) -> None:
    print("nothing")
    capsys.readouterr()
    quiet = WATCH.taken()
    print(planted("x"))
    capsys.readouterr()

    assert (quiet, WATCH.taken()) == ([], ["what a test read of its output"])


PRINTS = [sys.executable, "-c", "import sys; print(sys.argv[1], flush=True); input()"]


def passed(phase: str = "call") -> Any:
    made = report(when=phase)
    judged(made, WATCH)
    return made.longrepr if made.outcome == "failed" else None


def test_what_a_program_prints_into_a_file_is_looked_at(tmp_path: Path) -> None:
    told, quiet = (tmp_path / name for name in ("told", "quiet"))
    with told.open("w") as one, quiet.open("w") as other:
        leaks = subprocess.Popen([*PRINTS, planted("served")], stdin=subprocess.PIPE, stdout=one, stderr=one)
        keeps = subprocess.Popen([*PRINTS, "nothing"], stdin=subprocess.PIPE, stderr=other, stdout=other)
    while not (told.stat().st_size and quiet.stat().st_size):
        time.sleep(0.01)
    while_running, looked_at_already = passed(), passed()
    for program in (leaks, keeps):
        program.communicate(b"\n")
    with told.open("a") as one:
        one.write(planted("at the end, in half a line"))

    assert while_running == "a secret shows in: what a program printed"
    assert looked_at_already is None
    assert passed() == while_running
    assert passed() is None


def test_what_is_read_of_a_program_at_its_end_is_looked_at() -> None:
    for stream in ("stdout", "stderr"):
        program = f"import sys; sys.{stream}.write(sys.argv[1])"
        subprocess.run([sys.executable, "-c", program, planted("run")], capture_output=True, check=True)

        assert passed() == "a secret shows in: what a program printed"


def test_tokens_are_marked_and_what_is_sealed_is_known() -> None:
    Sealer([b"k" * 64]).seal("a secret of sixteen", Place(UUID(int=1), UUID(int=2), "tests.secret"))

    made = getattr(tokens, "new_secret")  # noqa: B009 - it is another's name there
    assert {kind for kind in TokenKind if made(kind).endswith(BORNE)} == set(BEARERS)
    assert "a secret of sixteen" in WATCH.sealed


def test_it_costs_next_to_nothing() -> None:
    watch = Watch(sealed={f"secret number {number} of many" for number in range(20)})
    printed = report(("Captured stdout call", "2030-01-02 [info] http.request cost=35\n" * 400))
    values = ["text", 7, ["a", "b"], None, "x" * 200] * 4

    def once() -> float:
        began = time.process_time()
        judged(printed, watch)
        for _ in range(50):
            watch.look_at_values("values", values)
        return time.process_time() - began

    assert min(once() for _ in range(100)) < 0.001, "for a test with 50 statements that logs 400 lines"
    assert printed.outcome == "passed"
