"""How files refuse."""

from core.kit.errors import Conflict, Forbidden, Invalid, LimitExceeded, NotFound


class BadFileName(Invalid):
    message = "A file needs a name of visible characters, such as invoice.pdf."


class BadContentType(Invalid):
    message = "{value} is not a media type; write one such as image/png, or application/octet-stream."


class BadDigest(Invalid):
    message = "Give the SHA-256 of the content as 64 hexadecimal digits."


class BadSize(Invalid):
    message = "A size is a number of bytes, zero or more."


class FileTooLarge(LimitExceeded):
    message = "This file is too large: at most {limit} bytes can be uploaded."


class TooManyWaiting(LimitExceeded):
    message = (
        "You have {limit} uploads that no message uses yet; attach them first, or wait until they expire."
    )


class UploadNotFound(NotFound):
    message = "There is no such upload, or it has expired; announce the file again."


class NotArrived(Conflict):
    """An upload that was announced and whose bytes were not sent yet."""

    message = "The bytes of this file have not arrived yet; send them to the upload's address first."


class UploadExpired(Conflict):
    message = "This upload has expired; announce the file again."


class BadLink(Forbidden):
    message = "This address is not valid or no longer works; ask the API for a fresh one."


class NoSuchFile(NotFound):
    message = "There is no such file, or the address no longer works; ask the API for a fresh one."


class SentTooSlowly(Conflict):
    message = "Nothing arrived for {seconds} seconds; send the file again."


class StorageFull(Conflict):
    message = "There is no room left to store files; ask the operator of this helpdesk, and try again later."


class WrongSize(Invalid):
    message = "The file has {size} bytes, but {announced} were announced; announce it again as it is."


class TooMuchContent(Invalid):
    message = "More bytes arrive than the {announced} that were announced; announce the file again as it is."


class WrongDigest(Invalid):
    message = "The content does not have the SHA-256 that was announced; send it again, or announce it anew."


class WrongContent(Invalid):
    message = "The content is not {announced} but looks like {found}; announce it as what it is."
