"""What a plugin adds to rules: conditions, which say whether a rule holds, and actions, which say what it does."""

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, Generic

from core.sdk.provider import ConfigT, PluginConfig
from core.sdk.rules.commands import Command
from core.sdk.rules.snapshots import Step, TicketSnapshot


class RulePart(ABC, Generic[ConfigT]):
    """What conditions and actions have in common. One is made for each place in a rule, from what is configured there.
    It is pure: it looks at what it is given and at its configuration, and at nothing else; the same gives the same
    answer. It reaches nothing, changes nothing, keeps nothing, and has 50 milliseconds."""

    name: ClassVar[str]
    """Unique within the plugin, for ever: 3 to 40 lower-case letters, digits and `_`. Rules know it by the plugin's
    name and this, as in `acme.names_parcels`."""
    title: ClassVar[str]
    """What people choose it by."""
    summary: ClassVar[str] = ""
    Config: ClassVar[type[PluginConfig]] = PluginConfig
    """What is said of it in a rule. Whoever may read the rule reads it: it holds no secret. A secret belongs to an
    integration, which a job has at hand."""
    config_version: ClassVar[int] = 1
    """Rises when configurations of before have to be brought over; `migrate_config` does that."""
    applies_to: ClassVar[frozenset[str]] = frozenset()
    """Types of event, as in `message.added`. Where none of them is among the types of the step, it is not asked: a
    condition does not hold then, and an action does nothing. Empty: it is always asked. Types of plugins that are not
    installed may be among them; a part whose types are all unknown is not taken."""

    def __init__(self, config: ConfigT) -> None:
        self.config = config

    @classmethod
    def migrate_config(cls, version: int, data: Mapping[str, Any]) -> Mapping[str, Any]:
        """A configuration of an earlier `config_version` as this version has it. Pure; may run twice."""
        return data


class TriggerCondition(RulePart[ConfigT]):
    """Something that a rule may ask of a ticket. What it raises is a fault of the plugin, and it does not hold."""

    @abstractmethod
    def evaluate(self, ticket: TicketSnapshot, step: Step) -> bool:
        """Whether it holds. May be asked again in the same step, of what other rules have made of the ticket."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ActionContext:
    """What an action is given."""

    ticket: TicketSnapshot
    """As the rules before this one have left it."""
    step: Step


class TriggerAction(RulePart[ConfigT]):
    """Something that a rule may do. It does nothing itself: it says what is to be done, and the product does that where
    the rule may. So a rule can be tried without harm, and what it did is known."""

    @abstractmethod
    def run(self, ctx: ActionContext) -> Sequence[Command]:
        """What is to be done, in order; at most 50 commands, all of which are carried out or none. Nothing is fine.
        What it raises is a fault of the plugin, and nothing is done then."""
