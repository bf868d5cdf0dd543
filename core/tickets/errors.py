"""How tickets refuse."""

from core.kit.errors import (
    Conflict,
    Forbidden,
    Invalid,
    LimitExceeded,
    NotFound,
    Required,
    Taken,
    VersionConflict,
)


class TicketNotFound(NotFound):
    message = "There is no such ticket."


class NothingToChange(Required):
    message = "Say what to change of the tickets."


class EitherUserOrCustomer(Invalid):
    message = "Give either a customer who is here or one to be made."


class EitherPatchOrOperation(Invalid):
    message = "Give either a patch or an operation."


class TicketClosed(Conflict):
    """R6: closed is final."""

    message = "Ticket #{number} is closed and can no longer be changed; open a new ticket that refers to it."


class DoneIsReadOnly(Conflict):
    """B16, F4: what is done is changed by those who may."""

    message = "Ticket #{number} is done and can only be read; changing it takes the right ticket.edit_closed."


class TransitionNotAllowed(Conflict):
    message = "A ticket does not go from {label} to {to}; choose one of these: {known}."


class NoReturnToNew(Conflict):
    """R2: nothing returns to new."""

    message = "A ticket that has been worked on cannot become new again; choose another status."


class StatusNotSelectable(Invalid):
    message = "The status {label} cannot be chosen by hand; choose another one."


class AssigneeNotInGroup(Invalid):
    message = "{name} is not a member of the group {group}; choose one of its members or another group."


class NotAnAgent(Invalid):
    message = "Only active agents can be given tickets."


class CannotEmpty(Conflict):
    """R9, R10, R12, R13: once set, it may be changed but not taken away."""

    message = "This cannot be emptied once it is set; choose another value instead."


class EmptyMessage(Required):
    message = "A message needs a text or an attachment."


class AgentsOpenNone(Forbidden):
    """B14: the tenant has agents open no tickets."""

    message = "Agents open no tickets here; ask somebody who gives out work to open it."


class NotOnBehalf(Forbidden):
    message = "Customers open tickets for themselves; leave out the requester."


class NoteNotAllowed(Forbidden):
    message = "Only agents may read and write private messages."


class OnlyStaffSets(Forbidden):
    message = "Only agents may set this when a ticket is opened; leave it out."


class TicketDeleted(Conflict):
    """F10: a deleted ticket rests until somebody restores it."""

    message = "Ticket #{number} is deleted; restore it first."


class TicketSuspended(Conflict):
    """F11: a suspended ticket rests until somebody admits it."""

    message = "Ticket #{number} is suspended; admit it first."


class NotActive(Conflict):
    message = "Ticket #{number} is not worked on now, so it cannot be suspended."


class AlreadyClaimed(VersionConflict):
    """Of two who claim a ticket one is first; the other is told who, and sees the ticket as it is now."""

    message = "{name} has taken ticket #{number} already."


class CannotReclaim(Conflict):
    """D13: what was given back is given out, not taken, where the tenant wants it so."""

    message = "Ticket #{number} was given back, and can now only be assigned."


class NobodyHasIt(Conflict):
    message = "Nobody has ticket #{number}, so it cannot be given back."


class AlreadyThere(Conflict):
    message = "Ticket #{number} is there already; choose another group or agent."


class HandedOn(Forbidden):
    """F4: whoever handed a ticket on reads what becomes of it."""

    message = "You have handed this ticket on, and can only read it; ask its group to give it back."


class NobodyNamed(Required):
    message = "Name the group or the agent to give the ticket to."


class TicketMerged(Conflict):
    """What was merged lives on in another ticket."""

    message = "Ticket #{number} was merged into #{into}; go on there."


class MergedWithItself(Invalid):
    message = "A ticket cannot be merged with itself; name another one."


class DifferentRequesters(Conflict):
    message = (
        "The tickets are of different people, and each would read what the other wrote; say `acrossRequesters` if"
        " that is right."
    )


class NotSplittable(Conflict):
    message = (
        "Only what the customer's side wrote after the ticket was opened can become a ticket of its own."
    )


class LinkedWithItself(Invalid):
    message = "A ticket cannot be linked with itself; name another one."


class MadeByTheProduct(Invalid):
    message = "Links of this kind come of merging and splitting, and go with the tickets."


class HasParent(Conflict):
    message = "Ticket #{number} is a child already; take that link away first."


class WouldBeItsOwnParent(Conflict):
    message = "Ticket #{number} stands below the other one already, so it cannot be its parent."


class ChildrenOpen(Conflict):
    message = "Ticket #{number} has children that are not solved; solve those first."


class TooManyLinks(LimitExceeded):
    message = "A ticket has at most {limit} links."


class UnknownVariable(Invalid):
    message = "There is no variable {name}; there is: {known}."


class EmptyTemplate(Required):
    message = "A canned reply needs a text."


class OneScopeOnly(Invalid):
    message = "A canned reply is the desk's, a group's or your own; choose one."


class FavoritesOutOfRange(Invalid):
    message = "Give a number from 0 to {limit}."


class CountOutOfRange(Invalid):
    message = "Give a number from 1 to {limit}, or nothing for never."


class DaysOutOfRange(Invalid):
    message = "Give a number of days from 1 to {limit}, or nothing for never."


class AgentWithoutGroup(Invalid):
    """B2: agents are given tickets as members of groups."""

    message = "{name} works in no group and cannot be given tickets; add them to a group first."


class InitiatorNotAgent(Invalid):
    """E2: the one who raised a ticket is an agent account."""

    message = "Only agents can be named as the one who raised a ticket."


class TooManyTags(LimitExceeded):
    message = "A ticket has at most {limit} tags."


class TooManyTagsGiven(LimitExceeded):
    message = "A customer or an organisation has at most {limit} tags."


class ExternalIdTaken(Taken):
    message = "Another ticket has the external id {value}."


class TagNameTaken(Taken):
    message = "There is a tag {name} already; upper and lower case are the same."


class BadColor(Invalid):
    message = "{value} is not a colour; write it as #rrggbb."


class BadStatusKey(Invalid):
    message = "{value} cannot be a key; use 1 to 40 of a-z, 0-9 and _, beginning with a letter."


class StatusKeyTaken(Taken):
    message = "There is a status {key} already; choose another key."


class DefaultMustBeNew(Invalid):
    message = "New tickets begin in a status of the category NEW; choose one of those as the default."


class DefaultIsNeeded(Conflict):
    message = "{label} is the default status; make another one the default first."


class StatusInUse(Conflict):
    message = "Tickets that are not closed have the status {label}; give them another one first."


class StatusInScheme(Conflict):
    message = "Tickets come to {label} by themselves; set another status in its place first."


class UnfitReaction(Invalid):
    message = "{label} cannot be what happens here; choose an active status of {known}."


class NewIsNeverAgain(Conflict):
    message = "Nothing becomes new again here, so no ticket can come back to {label}; allow that first."


class NextAndHours(Required):
    message = "Say both which status follows and after how many hours, or neither."


class LeadsToItself(Invalid):
    message = "A status cannot follow itself; choose another one."


class HoursOutOfRange(Invalid):
    message = "Give a number of hours from 1 to {limit}."


class LastOfCategory(Conflict):
    message = (
        "{label} is the last status of the category {category}, and one is needed; create another one first."
    )


class WatchForOthers(Invalid):
    message = "Following and starring are for oneself; copy others in with the kind CC."


class CannotBeCopied(Invalid):
    message = "Only active agents, customers and external helpers can be copied in."
