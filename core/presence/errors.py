"""How presence refuses."""

from core.kit.errors import Forbidden


class OnlyAgentsAppear(Forbidden):
    message = "Only agents are shown as looking at a ticket, and nobody while acting as somebody else."
