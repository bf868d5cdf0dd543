"""One field of a form, as it is kept."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from core.fields.access import fills, sees
from core.fields.kinds import Definition
from core.forms.fields import ALWAYS, CUSTOM
from core.forms.states import FormAudience, FormMoment
from core.kit.conditions import fields_in, read_condition
from core.kit.context import Viewer


@dataclass(frozen=True, slots=True)
class Withheld:
    """Names of custom fields that a viewer is not asked for, whatever a form says, and of those they do not know of."""

    unasked: frozenset[str] = frozenset()
    unknown: frozenset[str] = frozenset()


def required_among(every: Iterable[Definition]) -> frozenset[str]:
    """Names of the custom fields that must not be empty anywhere."""
    return frozenset(CUSTOM + each.key for each in every if each.is_required and each.is_active)


def withheld_from(viewer: Viewer, every: Iterable[Definition]) -> Withheld:
    """What the fields themselves keep from a viewer: forms ask for less than they allow, never for more."""
    if viewer.is_staff:
        return Withheld()
    known = list(every)
    return Withheld(
        frozenset(CUSTOM + each.key for each in known if not fills(viewer, each.access)),
        frozenset(CUSTOM + each.key for each in known if not sees(viewer, each.access)),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A field in its place. `show_when` and `require_when` are conditions as JSON; `role_ids` global ids of the roles
    that see it, of staff who may."""

    name: str
    visible_to: FormAudience = FormAudience.EVERYBODY
    role_ids: Sequence[str] = ()
    required_for: FormAudience = FormAudience.NOBODY
    required_on: Sequence[FormMoment] = field(default=(FormMoment.CREATE,))
    default: Any = None
    show_when: Any = None
    require_when: Any = None

    def is_seen(self, viewer: Viewer, roles: Sequence[str], withheld: Withheld) -> bool:
        """Whether it is asked of this viewer at all, whatever its condition says."""
        if not addresses(self.visible_to, viewer) or self.name in withheld.unasked:
            return False
        if withheld.unknown and not withheld.unknown.isdisjoint(self.tested()):
            return False  # what decides over it is not theirs to know
        return not self.role_ids or not viewer.is_staff or bool(set(self.role_ids) & set(roles))

    def tested(self) -> set[str]:
        """The fields that its conditions test."""
        conditions = [each for each in (self.show_when, self.require_when) if each is not None]
        return {name for each in conditions for name in fields_in(read_condition(each))}

    def is_required(self, viewer: Viewer) -> bool:
        """Whether this viewer must fill it, whatever its condition says."""
        return addresses(self.required_for, viewer)

    def is_needed(self, viewer: Viewer, required: Collection[str]) -> bool:
        """Whether this viewer must fill it wherever it is shown: since the form says so, since it is among the fields
        that are `required` anyway, or since there is no ticket without it, which opening one sees to itself."""
        if self.name in ALWAYS and self.default is None:
            return True
        return self.is_required(viewer) or self.name in required


def addresses(audience: FormAudience, viewer: Viewer) -> bool:
    """Whether somebody belongs to an audience; helpers from outside are asked what customers are."""
    if audience is FormAudience.EVERYBODY:
        return True
    return audience is (FormAudience.STAFF if viewer.is_staff else FormAudience.CUSTOMERS)


def asked_from(kept: Mapping[str, Any]) -> Asked:
    """A field from its JSON."""
    return Asked(
        name=kept["name"],
        visible_to=FormAudience(kept.get("visibleTo", "EVERYBODY")),
        role_ids=tuple(kept.get("roleIds", ())),
        required_for=FormAudience(kept.get("requiredFor", "NOBODY")),
        required_on=tuple(map(FormMoment, kept.get("requiredOn", ("CREATE",)))),
        default=kept.get("default"),
        show_when=kept.get("showWhen"),
        require_when=kept.get("requireWhen"),
    )


def kept_from(asked: Asked) -> dict[str, Any]:
    """A field as JSON; what is as usual is left out."""
    made = {
        "name": asked.name, "visibleTo": asked.visible_to.value, "roleIds": list(asked.role_ids),
        "requiredFor": asked.required_for.value, "requiredOn": [each.value for each in asked.required_on],
        "default": asked.default, "showWhen": asked.show_when, "requireWhen": asked.require_when,
    }  # fmt: skip
    return {name: value for name, value in made.items() if value is not None and value != []}
