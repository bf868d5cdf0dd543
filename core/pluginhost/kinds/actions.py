"""What rules may do."""

from typing import Any

from core.pluginhost.kinds.kind import Kind
from core.pluginhost.kinds.rule_part import kind_of
from core.sdk.rules import RulePart, TriggerAction

ACTIONS: Kind[type[RulePart[Any]]] = kind_of("action", "register_actions", TriggerAction, "run")
