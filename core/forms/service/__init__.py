"""Writes of forms, and what they ask of tickets."""

from core.forms.service import referring as _referring  # says which fields forms use
from core.forms.service.asking import Asked, asked_from
from core.forms.service.changing import (
    FormPatch,
    NewForm,
    archive_form,
    create_form,
    delete_form,
    restore_form,
    update_form,
)
from core.forms.service.filling import Filled, fill, hold

__all__ = [
    "Asked", "Filled", "FormPatch", "NewForm", "_referring", "archive_form", "asked_from", "create_form", "delete_form",
    "fill", "hold", "restore_form", "update_form",
]  # fmt: skip
