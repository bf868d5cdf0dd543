"""Writes of mail templates and settings, and what comes of a template."""

from core.mails.service.rendering import Rendered, preview, render
from core.mails.service.settings import update_settings
from core.mails.service.templates import (
    MailTemplatePatch,
    NewMailTemplate,
    create_template,
    delete_template,
    update_template,
)

__all__ = [
    "MailTemplatePatch", "NewMailTemplate", "Rendered", "create_template", "delete_template", "preview", "render",
    "update_settings", "update_template",
]  # fmt: skip
