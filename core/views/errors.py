"""How views refuse."""

from core.kit.errors import Forbidden, Invalid, LimitExceeded, NotFound, Required


class TooManyFavorites(LimitExceeded):
    message = "You have {limit} favourite searches already; delete one first."


class TooManyViews(LimitExceeded):
    message = "There are {limit} views already; delete one first."


class UnknownColumn(NotFound):
    message = "Tickets have no column {name}; use one that `viewColumns` lists."


class TooManyColumns(LimitExceeded):
    message = "A view has at most {limit} columns."


class ColumnTwice(Invalid):
    message = "The column {name} stands here twice; leave one out."


class SharesNeeded(Required):
    message = "Name the roles or groups that the view is for."


class SharesOnly(Invalid):
    message = (
        "Only a view for chosen roles and groups names them; leave them out, or make its visibility CHOSEN."
    )


class SystemView(Forbidden):
    message = "{label} came with the helpdesk and stays as it is; make a view of your own from its condition."


class StaysAsItIs(Invalid):
    message = (
        "A favourite search stays its owner's, and other views never become one; make a new view instead."
    )


class NotOrdered(Invalid):
    message = "Order views that you share with others, or your own favourite searches, not both at once."


class StaffOnly(Forbidden):
    message = "Favourite searches are for staff."
