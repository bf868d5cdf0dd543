"""How sign-in by somebody else's word refuses."""

from core.kit.errors import Conflict, DomainError, Invalid, LimitExceeded, NotFound, Taken


class NoWayToSignIn(NotFound):
    message = "There is no instance like this of a plugin that signs people in."


class MethodTaken(Taken):
    message = "This instance, or this name, is in use by another way to sign in."


class TooManyMethods(LimitExceeded):
    message = "The helpdesk has {limit} ways to sign in already; delete one first."


class TwiceMapped(Invalid):
    message = "The group {group} is mapped twice; name each once."


class RolesForCustomers(Conflict):
    message = "Customers hold no roles; map groups where a way to sign in serves agents."


class SignInRefused(DomainError):
    """Whatever the reason: who is told why could learn what to forge."""

    message = "Signing in did not work; try again, or ask an administrator of this helpdesk."


class SignInUnavailable(DomainError):
    message = "This way to sign in does not work at the moment; try again later."
