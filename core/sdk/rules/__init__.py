"""Conditions and actions for rules.

Nothing asks them yet: the product has no rules so far. What is here is what rules will go by, so that plugins can be
written, tested and shown to administrators before.
"""

from core.sdk.rules.commands import (
    MOST_COMMANDS,
    AddMessage,
    AddTag,
    Assign,
    Command,
    RemoveTag,
    SetCustomField,
    SetField,
    StartJob,
)
from core.sdk.rules.parts import ActionContext, RulePart, TriggerAction, TriggerCondition
from core.sdk.rules.snapshots import CustomValue, Step, StepMessage, TicketSnapshot

__all__ = [
    "MOST_COMMANDS", "ActionContext", "AddMessage", "AddTag", "Assign", "Command", "CustomValue", "RemoveTag",
    "RulePart", "SetCustomField", "SetField", "StartJob", "Step", "StepMessage", "TicketSnapshot", "TriggerAction",
    "TriggerCondition",
]  # fmt: skip
