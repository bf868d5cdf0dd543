"""Logging: JSON lines with context, and never a secret."""

import json
import logging
import subprocess
import sys
from pathlib import Path

import structlog

PROGRAM = """
import logging, warnings
from uuid import UUID
from core.kit import logging as ours
from core.kit.context import acting_for
ours.configure("{format}", "info")
log = ours.get_logger("core.tickets")
with ours.logged_with(request="r1"), acting_for(UUID(int=7)):
    log.info("ticket.opened", ticket=UUID(int=1), reset_token="hunter2")
    logging.getLogger("uvicorn.error").warning("started %s", "well", extra={{"password": "hunter2"}})
log.debug("not.shown")
warnings.warn("old thing")
local = "hunter2"
try:
    1 / 0
except ZeroDivisionError:
    log.exception("it.broke")
"""


def lines_of(format: str) -> list[str]:
    result = subprocess.run(
        [sys.executable, "-c", PROGRAM.format(format=format)],
        capture_output=True,
        text=True,
        check=True,
        cwd=Path(__file__).parents[2],
    )
    assert result.stdout == ""
    assert "hunter2" not in result.stderr.replace('local = "hunter2"', "")
    return result.stderr.splitlines()


def test_json_lines_carry_level_logger_tenant_and_request() -> None:
    opened, started, warned, broke = (json.loads(line) for line in lines_of("json"))

    assert opened["event"] == "ticket.opened"
    assert opened["level"] == "info"
    assert opened["logger"] == "core.tickets"
    assert opened["request"] == "r1"
    assert opened["tenant"].endswith("0007")
    assert opened["ticket"].endswith("0001")
    assert opened["reset_token"] == "[withheld]"
    assert started["event"] == "started well"
    assert started["tenant"] == opened["tenant"]
    assert started["password"] == "[withheld]"
    assert "old thing" in warned["event"]
    assert broke["exception"][0]["exc_type"] == "ZeroDivisionError"


def test_the_console_shows_the_same_events() -> None:
    text = "\n".join(lines_of("console"))

    assert "ticket.opened" in text
    assert "ZeroDivisionError" in text
    assert "not.shown" not in text


def test_configuring_twice_does_not_double_the_lines() -> None:
    from core.kit.logging import configure

    root = logging.getLogger()
    before, level, others = root.handlers[:], root.level, structlog.get_config()
    try:
        configure("json", "info")
        configure("json", "info")
        assert len(root.handlers) == 1
    finally:
        logging.captureWarnings(False)
        structlog.configure(**others)
        root.handlers[:] = before
        root.setLevel(level)
