"""How notifications refuse."""

from core.kit.errors import Invalid, NotFound


class NotificationNotFound(NotFound):
    message = "There is no such notification."


class NoMailForCustomers(Invalid):
    message = "Only agents are notified by mail; leave out `mail`."


class KindTwice(Invalid):
    message = "Each kind of notification can be named once only."
