"""What every condition and every action keeps: it is pure, and quick, since it is asked in the middle of a change."""

import contextlib
import time
from abc import abstractmethod
from collections import defaultdict
from collections.abc import Iterator, Sequence
from copy import deepcopy
from functools import partial
from typing import Any, ClassVar, get_args

from core.pluginhost.configs import parted, validated
from core.pluginhost.kinds import JOBS
from core.sdk import Plugin, PluginConfig
from core.sdk.rules import (
    MOST_COMMANDS,
    ActionContext,
    Command,
    RulePart,
    StartJob,
    Step,
    TicketSnapshot,
    TriggerAction,
    TriggerCondition,
)
from core.testing.kit.configured import MOST_SECONDS, ConfigContract, state_of
from core.testing.kit.hosts import host_of, name_of
from core.testing.kit.purity import noting
from core.testing.kit.snapshots import odd_cases

Case = tuple[TicketSnapshot, Step]
_REACHED: dict[type[RulePart[Any]], set[str]] = defaultdict(set)
"""What each was seen to reach in any of its tests: it may reach something only once for all of them."""


class RulePartContract(ConfigContract):
    """The part that the contracts of conditions and actions have in common."""

    @classmethod
    @abstractmethod
    def part(cls) -> type[RulePart[Any]]:
        """What is tested."""

    @classmethod
    def config_class(cls) -> type[PluginConfig]:
        return cls.part().Config

    @abstractmethod
    def answer(self, part: Any, case: Case) -> Any:
        """What it answers."""

    @abstractmethod
    def _named(self) -> Sequence[Case]:
        """The cases that the author has named: only those are sure to come to all of its code."""

    def test_a_configuration_can_be_kept(self) -> None:
        """It comes back from JSON as it was: rules are stored."""
        config = self._config()
        kept, _ = parted(config)
        assert validated(self.config_class(), kept) == config

    def test_it_answers_the_same_again(self) -> None:
        """And so does another one of the same configuration: a rule that is tried does then what it said."""
        part, other = self._made(), self._made()
        differing = [
            case
            for case in self._cases()
            if not (self._tried(part, case) == self._tried(part, case) == self._tried(other, case))
        ]
        assert differing == []

    def test_it_changes_nothing(self) -> None:
        """Neither what it is given nor itself nor its class, which all tenants share."""
        part = self._made()
        for case in self._cases():
            before = deepcopy(case), self._state(part)
            self._tried(part, case)
            assert (case, self._state(part)) == before

    def test_it_reaches_nothing(self) -> None:
        """No file, no network, no thread, no process, no sleep, not even once: it answers in the middle of a
        transaction. Modules that it imports only then may be read, and zones of time."""
        part = self._made()
        for case in self._cases():
            self._tried(part, case)
        assert _REACHED[self.part()] == set()

    def test_it_is_quick(self) -> None:
        """Within 50 milliseconds, at the best of three times: others wait for a ticket that is being changed."""
        part = self._made()
        for case in self._cases():
            self._tried(part, case)  # with an eye on what it reaches, which cannot be while it is timed
        slow = [
            case for case in self._cases() if min(self._taken(part, case) for _ in range(3)) > MOST_SECONDS
        ]
        assert slow == []

    def _taken(self, part: RulePart[Any], case: Case) -> float:
        began = time.perf_counter()
        with contextlib.suppress(Exception):
            self.answer(part, case)
        return time.perf_counter() - began

    def _tried(self, part: RulePart[Any], case: Case) -> Any:
        """What it answers, or how it fails: for tests that look at something else."""
        try:
            return self._answered(part, case)
        except Exception as error:  # whatever an author's code raises, it raises the same again
            return type(error)

    def _answered(self, part: RulePart[Any], case: Case) -> Any:
        return noting(_REACHED[self.part()], partial(self.answer, part, case))

    def _state(self, part: RulePart[Any]) -> list[dict[str, Any]]:
        return [state_of(each) for each in (part, *type(part).__mro__) if each is not object]

    def _made(self) -> RulePart[Any]:
        config = self._config()
        return noting(_REACHED[self.part()], lambda: self.part()(config))

    def _cases(self) -> Iterator[Case]:
        yield from deepcopy(list(self._named()))
        yield from odd_cases(self.part().applies_to)

    def _is_asked(self, step: Step) -> bool:
        applies_to = self.part().applies_to
        return not applies_to or bool(applies_to & step.types)


class ConditionContract(RulePartContract):
    """Subclass it as `TestSomething`, with tickets that it holds for with `valid_config`, and others that it does not:

    class TestNamesParcels(ConditionContract):
        condition = NamesParcels
        valid_config = {"at_least": 1}
        invalid_configs = [{"at_least": 0}]
        holds = [(snapshot(title="Where is RB123456785GB?"), step("ticket.created"))]
        holds_not = [(snapshot(title="A cup broke"), step("ticket.created"))]
    """

    condition: ClassVar[type[TriggerCondition[Any]]]
    holds: ClassVar[Sequence[Case]]
    holds_not: ClassVar[Sequence[Case]]

    @classmethod
    def part(cls) -> type[RulePart[Any]]:
        return cls.condition

    def answer(self, part: Any, case: Case) -> Any:
        return part.evaluate(*case)

    def _named(self) -> Sequence[Case]:
        return *self.holds, *self.holds_not

    def test_it_says_yes_or_no(self) -> None:
        """Whatever the ticket and the step: what it raises is its own fault."""
        part = self._made()
        assert {type(self._answered(part, case)) for case in self._cases()} == {bool}

    def test_it_holds_where_it_should(self) -> None:
        """For each of `holds`, and for none of `holds_not`."""
        part = self._made()
        assert self.holds and self.holds_not, "name some tickets of each sort"
        assert [case for case in self._named() if not self._is_asked(case[1])] == []
        assert [case for case in self.holds if self._tried(part, case) is not True] == []
        assert [case for case in self.holds_not if self._tried(part, case) is not False] == []


class ActionContract(RulePartContract):
    """Subclass it as `TestSomething`, with some tickets for which it does something:

    class TestLinkParcels(ActionContract):
        plugin = AcmePlugin
        action = LinkParcels
        valid_config = {}
        acts_on = [(snapshot(title="Where is RB123456785GB?"), step("ticket.created"))]
    """

    plugin: ClassVar[type[Plugin]]
    action: ClassVar[type[TriggerAction[Any]]]
    acts_on: ClassVar[Sequence[Case]]

    @classmethod
    def part(cls) -> type[RulePart[Any]]:
        return cls.action

    def answer(self, part: Any, case: Case) -> Any:
        ticket, step = case
        return part.run(ActionContext(ticket=ticket, step=step))

    def _named(self) -> Sequence[Case]:
        return self.acts_on

    def test_it_answers_commands(self) -> None:
        """At most 50, whatever the ticket and the step. One that is beyond a limit cannot even be made."""
        part = self._made()
        for case in self._cases():
            commands = self._answered(part, case)
            assert isinstance(commands, Sequence)
            assert [each for each in commands if not isinstance(each, get_args(Command))] == []
            assert len(commands) <= MOST_COMMANDS

    def test_it_acts(self) -> None:
        """On each of `acts_on`."""
        part = self._made()
        assert self.acts_on, "name some tickets that it does something for"
        assert [case for case in self.acts_on if not self._is_asked(case[1])] == []
        assert [case for case in self.acts_on if not self._tried(part, case)] == []

    def test_it_starts_jobs_of_its_own(self) -> None:
        """Those that `register_jobs` names."""
        part, host = self._made(), host_of([self.plugin])
        known = {each.name for each in host.brought_by(name_of(self.plugin), JOBS)}
        asked = [
            each.job
            for case in self._cases()
            if isinstance(commands := self._tried(part, case), Sequence)
            for each in commands
            if isinstance(each, StartJob)
        ]
        assert [each for each in asked if each not in known] == []
