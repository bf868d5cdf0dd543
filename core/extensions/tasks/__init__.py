"""Plugins' work in the worker: handlers of their jobs, the schedules that make some of them, and who is told of
events."""

from core.extensions.tasks.handlers import job_kinds, plugin_handlers, plugin_plans, spread_handler
from core.extensions.tasks.orphans import park_orphans
from core.extensions.tasks.spreading import SPREAD
from core.extensions.tasks.telling import plugin_followers
from core.extensions.tasks.watchdog import Watchdog, asleep

__all__ = [
    "SPREAD", "Watchdog", "asleep", "job_kinds", "park_orphans", "plugin_followers", "plugin_handlers", "plugin_plans",
    "spread_handler",
]  # fmt: skip
