"""How founding refuses."""

from core.kit.errors import Conflict, Forbidden, LimitExceeded, Taken


class OnlyOneTenant(Conflict):
    """A2."""

    message = "This installation has one tenant, {slug}; for more, set DESKGRAPH_MULTI_TENANT to true."


class SignUpOff(Forbidden):
    message = (
        "Helpdesks are not founded by visitors here. Ask whoever runs this installation to found yours, or to set"
        " DESKGRAPH_SIGN_UP to true."
    )


class FoundedElsewhere(Conflict):
    """A request that belongs to a helpdesk writes to that helpdesk alone."""

    message = (
        "This address belongs to a helpdesk already. Found yours at {address}, without a token or a cookie."
    )


class SlugReserved(Taken):
    message = "{slug} is kept for the installation itself; choose another slug."


class TooManyFoundings(LimitExceeded):
    message = "Too many helpdesks were founded from here; wait {minutes} minutes."
