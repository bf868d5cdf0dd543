"""Circuit breakers: what has failed often is not called for a while, so that it holds up nobody and is left to
recover."""

from collections import deque
from dataclasses import dataclass, field
from enum import Enum, auto
from uuid import UUID

WINDOW_SECONDS = 60.0
LEAST_FAILURES = 5
LEAST_SHARE = 0.5
COOLDOWN_SECONDS = 30.0
LONGEST_COOLDOWN_SECONDS = 600.0
TENANTS_OPEN = 3
"""With breakers opened by its own failures for so many tenants, the plugin is at fault, and is called for nobody. What
tenants' machines do or refuse does not count: else a few tenants could keep a plugin from all."""
MOST_BREAKERS = 10_000
"""Those with nothing to remember are forgotten when there are so many."""


class Outcome(Enum):
    """How a call ended, for the breaker."""

    GOOD = auto()
    BAD = auto()
    """The other side failed, or did not let the plugin in: that is one tenant's affair."""
    BROKEN = auto()
    """The plugin's own code failed."""
    NEUTRAL = auto()
    """The other side answered, and refused what was asked of it."""
    UNKNOWN = auto()
    """Nobody waited for its end."""


@dataclass(slots=True)
class Breaker:
    """Of one operation of one instance. Closed, it lets calls through; open, none, until its time is up; then one, the
    probe, whose end decides."""

    ends: deque[tuple[float, bool]] = field(default_factory=deque)
    """When calls ended within the window, and whether badly."""
    open_until: float | None = None
    cooldown: float = COOLDOWN_SECONDS
    is_probing: bool = False

    def is_open(self, now: float) -> bool:
        """Whether its time is not up yet."""
        return self.open_until is not None and now < self.open_until

    def is_idle(self, now: float) -> bool:
        """Whether there is nothing to remember."""
        self._forget(now)
        return self.open_until is None and not self.ends

    def lets_through(self, now: float) -> bool:
        """Whether a call may be made; one that may must be reported by `ended`."""
        if self.open_until is None:
            return True
        if self.is_open(now) or self.is_probing:
            return False
        self.is_probing = True
        return True

    def ended(self, outcome: Outcome, now: float) -> None:
        """Count a call's end."""
        if self.open_until is not None:
            self._probed(outcome, now)
            return
        self._forget(now)
        if outcome not in (Outcome.GOOD, Outcome.BAD, Outcome.BROKEN):
            return
        self.ends.append((now, outcome is not Outcome.GOOD))
        failed = sum(is_bad for _, is_bad in self.ends)
        if failed >= LEAST_FAILURES and failed >= LEAST_SHARE * len(self.ends):
            self._open(now)

    def _probed(self, outcome: Outcome, now: float) -> None:
        if not self.is_probing:
            return  # began before it opened
        self.is_probing = False
        if outcome in (Outcome.GOOD, Outcome.NEUTRAL):
            self.open_until, self.cooldown = None, COOLDOWN_SECONDS
        elif outcome in (Outcome.BAD, Outcome.BROKEN):
            self.cooldown = min(2 * self.cooldown, LONGEST_COOLDOWN_SECONDS)
            self._open(now)

    def _forget(self, now: float) -> None:
        while self.ends and self.ends[0][0] <= now - WINDOW_SECONDS:
            self.ends.popleft()

    def _open(self, now: float) -> None:
        self.open_until = now + self.cooldown
        self.ends.clear()


class Breakers:
    """Those of a process: one for each operation of each instance, and above them one for each plugin."""

    def __init__(self) -> None:
        self._each: dict[tuple[UUID, str], Breaker] = {}
        self._open: dict[str, dict[UUID, float]] = {}
        """By plugin and tenant, until when."""

    def of(self, instance: UUID, operation: str, now: float) -> Breaker:
        """The breaker of an operation."""
        if len(self._each) >= MOST_BREAKERS:
            self._each = {key: each for key, each in self._each.items() if not each.is_idle(now)}
        return self._each.setdefault((instance, operation), Breaker())

    def ended(self, breaker: Breaker, outcome: Outcome, now: float, *, plugin: str, tenant_id: UUID) -> None:
        """Count a call's end."""
        breaker.ended(outcome, now)
        if breaker.is_open(now) and outcome is Outcome.BROKEN:
            assert breaker.open_until is not None
            self._open.setdefault(plugin, {})[tenant_id] = breaker.open_until
        elif outcome is Outcome.GOOD:
            self._open.get(plugin, {}).pop(tenant_id, None)

    def is_plugin_open(self, plugin: str, now: float) -> bool:
        """Whether a plugin fails for so many tenants that it is called for none."""
        tenants = self._open.get(plugin, {})
        for tenant_id in [each for each, until in tenants.items() if until <= now]:
            del tenants[tenant_id]
        return len(tenants) >= TENANTS_OPEN
