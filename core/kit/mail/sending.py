"""The worker's part: a queued mail becomes a letter and goes out."""

from core.kit.ids import moment_of
from core.kit.jobs import Claimed, GiveUp, Handler
from core.kit.mail.letters import BadAddress, compose
from core.kit.mail.senders import Sender, Undeliverable
from core.kit.mail.templates import BadMail, write


def mail_handler(sender: Sender, *, mail_from: str) -> Handler:
    """The handler of queued mails. The job's id and moment make the Message-ID and the date, so that a letter sent
    twice, because a worker died between sending and noting it, is recognisably one."""

    async def send_mail(job: Claimed) -> None:
        asked = job.payload
        try:
            words = write(asked["template"], asked["locale"], asked["values"])
            letter = compose(
                sender=mail_from, to=asked["to"], words=words, key=job.id.hex, written_at=moment_of(job.id)
            )
            await sender.send(letter)
        except (BadMail, BadAddress, Undeliverable) as error:
            raise GiveUp(str(error)) from error

    return send_mail
