"""How mails refuse. Lines and places count from one."""

from core.kit.errors import Conflict, Invalid, LimitExceeded


class Unreadable(Invalid):
    message = "Line {line}, place {place}: {near} cannot be read there."


class NeverEnded(Invalid):
    message = "Line {line}, place {place}: {near} is begun there and never ended."


class UnknownVariable(Invalid):
    message = "Line {line}, place {place}: there is no variable {name}."


class UnknownFilter(Invalid):
    message = "Line {line}, place {place}: there is no filter {name}; there is: {known}."


class UnknownTag(Invalid):
    message = "Line {line}, place {place}: there is no {name} here; there is: {known}."


class WritesTooMuch(Invalid):
    message = (
        "This goes through too much or writes too much; a mail goes through lists {limit} times at most."
    )


class TooManyTemplates(LimitExceeded):
    message = "There are {limit} mail templates already; delete one first."


class TemplateInUse(Conflict):
    message = "Mails are written with the template {name}; choose another one in the mail settings first."


class EitherTemplateOrText(Invalid):
    message = "Give either a template or a text."


class BadTicketUrl(Invalid):
    message = (
        "{value} is not where tickets are found; write an https:// address of at most {limit} characters with {{id}} or"
        " {{number}} in it."
    )


class NoMedium(Invalid):
    message = "This takes no notifications; choose a connection whose kind is a notification medium."
