"""Mail templates and settings in the API."""

from core.mails.graphql.mutations import MailMutation
from core.mails.graphql.types import MailQuery, MailSettings, MailTemplate

__all__ = ["MailMutation", "MailQuery", "MailSettings", "MailTemplate"]
