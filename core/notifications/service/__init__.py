"""What may be done with notifications."""

from core.notifications.service.matching import MAIL_JOB, match
from core.notifications.service.preferring import Wish, prefer
from core.notifications.service.reading import mark_all_read, mark_read

__all__ = ["MAIL_JOB", "Wish", "mark_all_read", "mark_read", "match", "prefer"]
