"""How organisations refuse."""

from core.kit.errors import Conflict, Invalid, Taken


class OrganizationNameTaken(Taken):
    message = "There is an organisation {name} already; choose another name."


class ExternalIdTaken(Taken):
    message = "Another organisation has the external id {value}."


class BadDomain(Invalid):
    message = "{value} is not an e-mail domain; use one as example.com or 例子.中国."


class DomainTaken(Taken):
    message = "The domain {domain} belongs to another organisation; take it off there first."


class OrganizationInUse(Conflict):
    message = (
        "The organisation {name} has people or tickets and cannot be deleted;"
        " move its people elsewhere, or rename it."
    )
