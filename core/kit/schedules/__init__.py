"""Schedules: work that recurs. A schedule is a row; when it is due, a worker writes one job and moves the row on, in
one transaction. So it needs no process of its own, and any number of workers may look after it."""

from core.kit.schedules.keeping import keep
from core.kit.schedules.rhythm import BadCron, Cron, Every, Rhythm
from core.kit.schedules.table import DUE, Plan, drop, put, write_jobs

__all__ = ["DUE", "BadCron", "Cron", "Every", "Plan", "Rhythm", "drop", "keep", "put", "write_jobs"]
