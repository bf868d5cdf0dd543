"""How the helpdesk's appearance refuses."""

from core.kit.errors import Invalid, LimitExceeded, Taken


class BadBlockKey(Invalid):
    message = (
        "{value} is not a key; use up to 40 small letters, digits and underscores, beginning with a letter."
    )


class BlockKeyTaken(Taken):
    message = "There is a block {key} already; choose another key."


class TooManyBlocks(LimitExceeded):
    message = "There are {limit} blocks already; delete one first."
