"""How groups refuse."""

from core.kit.errors import Conflict, Invalid, Taken


class GroupNameTaken(Taken):
    message = "There is a group {name} already; choose another name."


class GroupNameLocked(Conflict):
    """R3, where the scheme is strict."""

    message = "{name} has held tickets, and such groups keep their names here; make a new group instead."


class GroupHoldsTickets(Conflict):
    """R3: what was done under a group's name stays under it."""

    message = "The group {name} holds or has held tickets and can never be deleted; deactivate it instead."


class GroupServesOrganizations(Conflict):
    message = "Organisations send their tickets to the group {name}; give them another default group first."


class GroupHasOpenTickets(Conflict):
    message = "The group {name} still has tickets that are not closed; move them to other groups first."


class CapacityOutOfRange(Invalid):
    message = "A capacity is a number from 1 to {limit}, or nothing for no limit."


class NotAnAgent(Invalid):
    """C1: groups are made of agents; admins and the founder count as such."""

    message = "Only agents can work in groups."


class AlreadyMember(Taken):
    message = "{name} works in this group already."


class MemberHasTickets(Conflict):
    message = "{name} still has tickets of this group that are not closed; give them to somebody else first."
