"""The worker's part: a queued mail becomes a letter and goes out."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any

from core.kit.ids import moment_of
from core.kit.jobs import Claimed, GiveUp, Handler
from core.kit.mail.letters import BadAddress, compose
from core.kit.mail.senders import Sender, Undeliverable
from core.kit.mail.templates import BadMail, Written, write


@dataclass(frozen=True, slots=True)
class Addressed:
    """A mail's words, whom they go to, and what they are about. The name stands beside the address where it is
    shown."""

    to: str
    name: str
    words: Written
    about: Mapping[str, Any] | None = None
    shows_name: bool = False


Ended = Callable[[Claimed, Mapping[str, Any], str | None], Awaitable[None]]
"""Told of a mail that is `about` something, once it was sent, or why it never will be. May be told twice."""
Author = Callable[[Claimed], Awaitable[Addressed | None]]
"""Addresses and writes, at the moment it is sent, a mail that was queued as a letter; None where nobody is to get it by
then. Raises GiveUp."""


def mail_handler(
    sender: Sender, *, mail_from: str, ended: Ended | None = None, author: Author | None = None
) -> Handler:
    """The handler of queued mails. The job's id and moment make the Message-ID and the date, so that a letter sent
    twice, because a worker died between sending and noting it, is recognisably one."""

    async def tell(job: Claimed, about: Mapping[str, Any] | None, refused: str | None) -> None:
        if ended is not None and about is not None:
            await ended(job, about, refused)

    async def send_mail(job: Claimed) -> None:
        about: Mapping[str, Any] | None = job.payload.get("about")
        try:
            mail = await author(job) if author is not None and "letter" in job.payload else _written(job)
            if mail is None:
                return
            about = mail.about
            letter = compose(
                sender=mail_from, to=mail.to, words=mail.words, key=job.id.hex, written_at=moment_of(job.id),
                to_name=mail.name if mail.shows_name else "",
            )  # fmt: skip
            await sender.send(letter)
        except (BadMail, BadAddress, Undeliverable) as error:
            await tell(job, about, str(error))
            raise GiveUp(str(error)) from error
        await tell(job, about, None)

    return send_mail


def _written(job: Claimed) -> Addressed:
    """A mail that was addressed when it was asked for. Raises BadMail."""
    asked = job.payload
    words = write(asked["template"], asked["locale"], asked["values"])
    return Addressed(asked["to"], "", words, asked.get("about"))
