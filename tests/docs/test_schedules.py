"""The page about what recurs lists the chores as they are."""

import re

from core.app import runtime_of
from core.kit.schedules.table import shown_rhythm
from core.worker import chores_of
from settings import Settings
from tests.docs.conftest import PAGES


def test_every_chore_is_listed_with_its_interval(settings: Settings) -> None:
    rows = re.findall(r"^\| `([a-z-]+)` \| ([^|]+) \|", PAGES["docs/operating/schedules.md"], re.MULTILINE)
    chores = {
        chore.name: shown_rhythm({"cron": None, "every_seconds": int(chore.every.total_seconds())})
        for chore in chores_of(settings, runtime_of(settings)[0].storage)
    }

    assert {name: f"every {'1 hours' if every == 'hour' else every}" for name, every in rows} == chores
