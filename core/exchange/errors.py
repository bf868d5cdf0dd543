"""How exports and imports refuse."""

from core.kit.errors import Conflict, Invalid, NotFound


class NoTicketsSelected(NotFound):
    message = "None of these tickets is there for you; select tickets that you see."


class NoFields(Invalid):
    code = "REQUIRED"
    message = "Name at least one field to export."


class FieldTwice(Invalid):
    message = "The field {field} is named twice; name each once."


class UnknownCustomField(Invalid):
    message = "There is no active custom field {key} of tickets."


class TooManyRows(Conflict):
    """Found when the job runs: it is parked."""

    message = "More than {limit} tickets meet this; narrow the filter."


class UploadNotThere(NotFound):
    message = "There is no such stored upload of yours; announce the file and send its bytes first."


class BadCountry(Invalid):
    message = "{value} is not a country; use a code as in CN."


class BadImportKey(Invalid):
    message = "An import key has 1 to {limit} characters."


class FileUnreadable(Invalid):
    message = "This file is no table: use XLSX, or CSV in UTF-8, UTF-16 or GB 18030, with headings in its first row."


class RowsTooMany(Invalid):
    message = "More than {limit} rows; split the file."


class ColumnMissing(Invalid):
    code = "REQUIRED"
    message = "There is no column {heading}; use the headings of the template."


class ColumnTwice(Invalid):
    message = "The column {heading} stands here twice; leave one out."


class NotInList(NotFound):
    message = "There is no {value} here; use what the helpdesk has."


class NotACustomer(Conflict):
    message = "This is somebody here who is no customer."


class NotAYesOrNo(Invalid):
    message = "{value} is neither yes nor no."


class NotANumber(Invalid):
    message = "{value} is not a number."


class NotAMoment(Invalid):
    message = "{value} is not a date and time; write it as 2026-11-23 16:00."
