"""What rules may ask of a ticket."""

from typing import Any

from core.pluginhost.kinds.kind import Kind
from core.pluginhost.kinds.rule_part import kind_of
from core.sdk.rules import RulePart, TriggerCondition

CONDITIONS: Kind[type[RulePart[Any]]] = kind_of(
    "condition", "register_conditions", TriggerCondition, "evaluate"
)
