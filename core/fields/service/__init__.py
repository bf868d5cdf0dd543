"""Writes of custom fields: their definitions, the options to choose from, and the values objects are given."""

from core.fields.service.choosing import NewOption, OptionPatch, create_option, update_option
from core.fields.service.defining import FieldPatch, NewField, create_field, update_field
from core.fields.service.shelving import archive_field, archive_option, restore_field, restore_option
from core.fields.service.values import CustomInput, accept_values, place_of, places_of

__all__ = [
    "CustomInput",
    "FieldPatch",
    "NewField",
    "NewOption",
    "OptionPatch",
    "accept_values",
    "archive_field",
    "archive_option",
    "create_field",
    "create_option",
    "place_of",
    "places_of",
    "restore_field",
    "restore_option",
    "update_field",
    "update_option",
]
