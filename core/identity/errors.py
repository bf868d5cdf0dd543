"""How people and access refuse."""

from core.kit.errors import Conflict, Forbidden, Invalid, LimitExceeded, NotFound, Taken, VersionConflict


class BadEmail(Invalid):
    message = "{value} is not an e-mail address."


class BadMobile(Invalid):
    message = "{value} is not a telephone number; begin with + and the country, as in +86 138 0013 8000."


class EmailTaken(Taken):
    message = "Somebody in this helpdesk has the address {email} already."


class BadLoginName(Invalid):
    message = "{value} cannot be a login name; use 2 to 60 visible characters without spaces and @."


class LoginNameTaken(Taken):
    message = "Somebody in this helpdesk has the login name {login_name} already."


class TypesForCustomers(Invalid):
    message = "Only customers are persons or enterprises; leave it out."


class ExternalIdTaken(Taken):
    message = "Somebody in this helpdesk has this external id already."


class SeveralPeople(Conflict):
    message = "These are of more than one person here; merge those people, or name one of them."


class MergedWithOneself(Conflict):
    message = "These are one and the same customer; name another to merge into."


class OnlyCustomersMerge(Conflict):
    message = "{name} is no customer; only customers can be merged."


class AlreadyMergedUser(Conflict):
    message = "{name} was merged into another customer already; name that one."


class OnlyCustomersForgotten(Conflict):
    message = "{name} is no customer; only of customers everything is taken out, anonymised or erased."


class TagsForCustomers(Invalid):
    message = "Only customers have tags; leave them out."


class OnlyCustomersPool(Conflict):
    message = "{name} is no customer; only customers can be kept in the pool."


class ResourceClaimed(VersionConflict):
    message = "{owner} has taken {name} on already; take somebody else on."


class ResourceInvalid(Conflict):
    message = "{name} was given back too often and is invalid; take somebody else on."


class CannotClaimAgain(Conflict):
    message = "{name} was given back, and this helpdesk does not let such customers be taken on again."


class NobodyClaimed(Conflict):
    message = "Nobody has taken {name} on, so nobody can give them back."


class ReleaseTicketsInstead(Conflict):
    message = "There is work on tickets of {name}; give those tickets back instead."


class NoHelpdeskHere(NotFound):
    message = "There is no helpdesk at this address; check the host name."


class WrongCredentials(Invalid):
    """The same for an unknown address, a wrong password, and a user who may not sign in."""

    message = "E-mail and password do not match; try again, or reset the password."


class TooManyAttempts(LimitExceeded):
    message = "Too many attempts; wait {minutes} minutes, or reset the password."


class WrongPassword(Invalid):
    message = "This is not your present password; try again, or reset it by mail."


class PasswordTooShort(Invalid):
    message = "A password needs at least {limit} characters; a few words make a good one."


class PasswordTooLong(Invalid):
    code = "TOO_LONG"
    message = "A password has at most {limit} characters."


class PasswordIsKnown(Invalid):
    message = "Choose a password other than your name or e-mail address."


class LinkUnknown(NotFound):
    message = "This link is not valid or was used already; ask for a new one."


class PasswordsAreOff(Conflict):
    message = "Here you sign in through your organisation, without a password; do so, and you are in."


class LinkExpired(Conflict):
    message = "This link has expired; ask for a new one."


class NotASession(Conflict):
    message = "This token is not a session; revoke it as an API token."


class NotWhileImpersonating(Forbidden):
    message = "Not while acting as another user; stop that first."


class NotImpersonating(Conflict):
    message = "You are not acting as another user."


class CannotImpersonate(Forbidden):
    message = "You cannot act as this user: only as active people who may do no more than you."


class FounderUntouchable(Forbidden):
    """B7."""

    message = "Only the founder may change the founder, and nobody their rights."


class MoreRights(Forbidden):
    """Who could change people with more rights could take these rights."""

    message = "This user may do more than you ({permission}); ask somebody who holds that right too."


class NotOneself(Conflict):
    message = "You cannot disable yourself; ask somebody else to."


class BeyondOwnRights(Forbidden):
    message = "You can only give rights you hold yourself; you lack {permission}."


class BeyondOwnScope(Forbidden):
    message = "You can only give a ticket scope as wide as your own, {scope}."


class CouldSignInAsOthers(Forbidden):
    """Who says how others prove who they are could prove to be any of them."""

    message = (
        "This could let you sign in as somebody who may do more than you ({permission}); ask somebody who holds that"
        " right too."
    )


class FounderRoleNotGrantable(Forbidden):
    message = "The founder's role belongs to the founder alone; choose another role."


class RolesForStaff(Invalid):
    message = "Only agents and machines hold roles; leave them out."


class UnknownPermission(NotFound):
    message = "There is no permission {permission}; ask for `permissions` to see which there are."


class RoleInUse(Conflict):
    message = "The role is held by {count} people; give them another one first."


class SystemRole(Conflict):
    message = "This role came with the helpdesk and cannot be deleted; take its permissions away instead."


class FounderRoleFixed(Forbidden):
    message = "The founder's role holds every right and cannot be changed."


class RoleNameTaken(Taken):
    message = "There is a role {name} already; choose another name."


class RoleKeyTaken(Taken):
    message = "There is a role with the key {key} already; choose another key."


class BadRoleKey(Invalid):
    message = "{value} cannot be a key; use 2 to 40 of a-z, 0-9 and _, beginning with a letter."


class NotCreatable(Invalid):
    message = "Agents are invited and machines get tokens; choose CUSTOMER or EXTERNAL."


class NotInvited(Conflict):
    message = "Only users who have not accepted their invitation yet can be invited again."


class BadStatus(Invalid):
    message = "A user can be made ACTIVE or DISABLED."


class ScopeBeyondRoles(Invalid):
    """A scope that would widen a token instead of narrowing it."""

    message = "None of the token's roles allows {permission}; add a role that does, or leave the scope out."


class AlreadyOver(Invalid):
    message = "This moment has passed; choose a later one."


class StillInvited(Conflict):
    message = "This user has not accepted the invitation yet; invite them again instead."
