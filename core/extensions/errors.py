"""How plugins' settings refuse."""

from core.kit.errors import Conflict, Invalid, LimitExceeded, NotFound, Taken


class UnknownPlugin(NotFound):
    message = "There is no plugin {name}, or it is broken."


class UnknownProvider(NotFound):
    message = "The plugin {plugin} has nothing called {name} to configure."


class NotEnabled(Conflict):
    message = "The plugin {name} is not enabled; enable it first."


class BadConfig(Invalid):
    message = "This cannot be used: {problem}."


class CredentialsRefused(Invalid):
    message = "The other side refuses these credentials: {problem}."


class CannotBeReached(Invalid):
    message = "The other side cannot be reached: {problem}."


class PluginBroke(Conflict):
    message = "The plugin {name} failed while it checked this; the operator finds more in the server's log."


class RejectedByPlugin(Invalid):
    message = "The plugin cannot do this: {problem}."


class InstanceUnusable(Conflict):
    message = (
        "The configuration of {label} does not fit its plugin any more; an administrator has to look at it."
    )


class InstanceInUse(Conflict):
    message = "{label} is in use; delete what uses it first."


class InstanceLabelTaken(Taken):
    message = "The plugin has {label} already; choose another label."


class TooManyInstances(LimitExceeded):
    message = "The plugin has {limit} of these already; delete one first."
