"""How tenants refuse."""

from core.kit.errors import Forbidden, Invalid, LimitExceeded, NotFound, Taken


class BadSlug(Invalid):
    message = "{value} cannot be a host name's part; use 2 to 40 of a-z, 0-9 and -, beginning with a letter."


class SlugTaken(Taken):
    message = "There is a tenant {slug} already; choose another slug."


class NoSuchPlan(NotFound):
    message = "There is no plan {plan}; there is: {known}."


class PlanMakesNoRoles(Forbidden):
    """A8."""

    message = "With the plan {plan} a helpdesk has the roles it came with; for roles of its own it needs another plan."


class PlanSeatsTaken(LimitExceeded):
    message = (
        "With the plan {plan} there are at most {limit} agents, and so many there are; disable one first, or ask for"
        " another plan."
    )


class PlanFixesPermission(Forbidden):
    """A8."""

    message = "With the plan {plan} roles keep or lack {permission} as they came; to switch it, another plan is needed."


class PlanFixesScope(Forbidden):
    """A8."""

    message = (
        "With the plan {plan} roles keep the ticket scope they came with; to set it, another plan is needed."
    )


class BadLogo(Invalid):
    message = "{value} is not an https:// address of at most 400 characters."


class BadAccentColor(Invalid):
    message = "{value} is not a colour; write one as #rrggbb."


class BadLocale(Invalid):
    message = "{value} is not a locale; use one as en or zh-Hans."


class BadTimeZone(Invalid):
    message = "{value} is not a time zone; use an IANA name as Asia/Shanghai."
