"""How custom fields and option lists refuse."""

from core.kit.errors import Conflict, Forbidden, Invalid, NotFound, Taken


class UnknownField(NotFound):
    message = "There is no custom field {key} here; ask for `customFields` to see which there are."


class WrongForm(Invalid):
    message = "The field {label} takes a value of the form {form}."


class WrongValue(Invalid):
    message = "{value} is not a value the field {label} can hold."


class UnknownOption(NotFound):
    message = "The field {label} has no option {key}."


class NotYourField(Forbidden):
    message = "The field {label} is filled by the helpdesk; leave it out."


class NotEdited(Invalid):
    message = "Customers change nothing about organisations; let them read the field, or keep it internal."


class BadKey(Invalid):
    message = (
        "{value} is not a key; use up to 40 small letters, digits and underscores, beginning with a letter."
    )


class KeyTaken(Taken):
    message = "The key {key} is in use here already, perhaps by something archived; choose another one."


class BadColor(Invalid):
    message = "{value} is not a colour; write one as #rrggbb."


class BadPosition(Invalid):
    message = "A position is a whole number from 0 to {limit}."


class NoOptions(Invalid):
    message = "Fields of the kind {kind} have no options; leave them out."


class FieldNeeded(Invalid):
    message = "Name the field that the option is for, and only for the list FIELD."


class NotNested(Invalid):
    message = "Options of this list have no levels; leave out the parent."


class TooDeep(Invalid):
    message = "A cascade has at most {limit} levels."


class OwnDescendant(Conflict):
    message = "An option cannot stand below itself; choose another parent."


class ParentArchived(Conflict):
    message = "The option {label} one level up is archived; restore it first."


class FieldInUse(Conflict):
    message = "The field {label} is used by {names}; take it out there first."


class HasActiveChildren(Conflict):
    message = "{count} active options stand below {label}; archive them first."
