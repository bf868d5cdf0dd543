"""How webhooks refuse."""

from core.kit.errors import Conflict, Invalid, LimitExceeded, Taken


class WebhookNameTaken(Taken):
    message = "There is a webhook {name} already; choose another name."


class TooManyWebhooks(LimitExceeded):
    message = "There are {limit} webhooks already; delete one first."


class BadEventType(Invalid):
    message = "{value} is not a type of event; write one that `eventTypes` lists, ticket.* or *."


class BadWebhookUrl(Invalid):
    message = "No webhook can go to this address; give one like https://example.com/hooks."


class HttpsNeeded(Invalid):
    message = "Webhooks go to https:// addresses only."


class PrivateAddress(Invalid):
    message = "This address is private or reserved; webhooks go to addresses of the Internet only."


class BadPayloadQuery(Invalid):
    message = "This query cannot be used: {problem}."


class BadGrace(Invalid):
    message = "The former secret can stay valid for 0 to {limit} hours."


class AlreadyPaused(Conflict):
    message = "The webhook {name} is paused already."


class NotPaused(Conflict):
    message = "The webhook {name} is not paused."


class WebhookIsPaused(Conflict):
    message = "The webhook {name} is paused; resume it first."
