"""What a mail server answers, as the product has it."""

import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from enum import Enum, auto
from typing import TYPE_CHECKING

from core.sdk import AuthFailed, ProviderError, Rejected, Retry, Unreachable

if TYPE_CHECKING:
    from aiosmtplib import SMTPException


class Step(Enum):
    """What the server was asked for."""

    CONNECTING = auto()
    SIGNING_IN = auto()
    SENDING = auto()


CONNECTING, SIGNING_IN, SENDING = Step


@contextmanager
def understood(step: Step, *, field: str | None = None) -> Iterator[None]:
    """Raises AuthFailed, Rejected at the member of the configuration, Retry or Unreachable for what goes wrong
    within."""
    import aiosmtplib

    try:
        yield
    except aiosmtplib.SMTPRecipientsRefused as error:
        raise _meant(error.recipients[0], step, field) from error
    except aiosmtplib.SMTPException as error:
        raise _meant(error, step, field) from error
    except OSError as error:
        raise Unreachable(_why(error)) from error


def _meant(error: "SMTPException", step: Step, field: str | None) -> ProviderError:
    import aiosmtplib

    if isinstance(error, aiosmtplib.SMTPTimeoutError):
        return Unreachable("The mail server did not answer in time")
    if isinstance(error, aiosmtplib.SMTPResponseException):
        return _of_code(error.code, error.message, step, field)
    if isinstance(error, ConnectionError):
        return Unreachable(_why(error))
    if step is Step.CONNECTING:
        return Unreachable("The mail server cannot be talked to: {problem}", values={"problem": error})
    return Rejected("The mail server cannot do this: {problem}", field=field, values={"problem": error})


_ANSWERS = "The mail server answers {code} {message}"


def _of_code(code: int, message: str, step: Step, field: str | None) -> ProviderError:
    """5xx is for ever, 4xx for now; but a server that turns us away may let us in another time."""
    told = {"code": code, "message": message}
    if not 500 <= code < 600:
        return Retry(_ANSWERS, values=told)
    match step:
        case Step.CONNECTING:
            return Unreachable(_ANSWERS, values=told)
        case Step.SIGNING_IN:
            return AuthFailed("The mail server refuses account or password; correct them")
    return Rejected(_ANSWERS, field=field, values=told)


def _why(error: BaseException) -> str:
    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, ssl.SSLError):
            return "The server's certificate or its encryption was not accepted; is SSL right for this port?"
        cause = cause.__cause__ or cause.__context__
    return "The connection to the mail server broke"
