"""Receipts for a batch of messages: published one after another, waited for together.

The client library's own way waits after each message, and so for RabbitMQ's disk as often.
"""

from typing import Any, Protocol


class Receipts(Protocol):
    """What has arrived of the messages of one channel."""

    def published(self) -> None:
        """One more message left."""

    def wait(self) -> None:
        """Until all have arrived."""

    def confirmed(self) -> int:
        """How many have, up to the first that may not have."""


class Answers:
    """Of Redis, whose answer to each message is its receipt."""

    def __init__(self) -> None:
        self._arrived = 0

    def published(self) -> None:
        self._arrived += 1

    def wait(self) -> None: ...

    def confirmed(self) -> int:
        return self._arrived


class Confirms:
    """Of RabbitMQ, on a channel that must be new."""

    def __init__(self, channel: Any, patience: float) -> None:
        self._channel = channel
        self._patience = patience
        self._last = 0
        self._open: set[int] = set()
        self._refused = False
        channel.events["basic_ack"].add(self._confirm)
        channel.events["basic_nack"].add(self._refuse)
        channel.confirm_select()

    def published(self) -> None:
        self._last += 1
        self._open.add(self._last)

    def wait(self) -> None:
        """Raises ConnectionError when one is refused, and what the connection raises."""
        while self._open and not self._refused:
            self._channel.connection.drain_events(timeout=self._patience)
        if self._refused:
            raise ConnectionError("the broker refused a message")

    def confirmed(self) -> int:
        return min(self._open) - 1 if self._open else self._last

    def _confirm(self, tag: int, multiple: bool) -> None:
        self._open = {each for each in self._open if each > tag} if multiple else self._open - {tag}

    def _refuse(self, _tag: int, _multiple: bool) -> None:
        self._refused = True
