"""How forms refuse."""

from core.kit.errors import Conflict, Forbidden, Invalid, LimitExceeded, NotFound, Required


class TooManyForms(LimitExceeded):
    message = "There are {limit} forms already; delete one first."


class TooManyFormFields(LimitExceeded):
    message = "A form has at most {limit} fields."


class UnknownFormField(NotFound):
    message = "A form cannot ask for {name}; use one that `formFieldNames` lists."


class FormFieldTwice(Invalid):
    message = "The field {name} stands here twice; leave one out."


class NotTestedHere(Invalid):
    message = "The field {name} cannot be tested in a form; test what forms can ask for, or the status."


class RolesNeedStaff(Invalid):
    message = "Roles are of staff: name them only for a field that STAFF sees."


class NeverGiven(Invalid):
    message = "Every ticket has {name}: show it to all who are asked this form, or give it a default."


class WrongDefault(Invalid):
    message = "{value} cannot stand in the field {name}."


class UnknownDefault(NotFound):
    message = "{value} cannot stand in the field {name}: there is no such thing here."


class NoDefault(Invalid):
    message = "The field {name} has no default; leave it out."


class FormArchived(Conflict):
    message = "The form {label} is archived; choose another one."


class FormInUse(Conflict):
    message = "{count} tickets were opened with the form {label}; archive it instead."


class FormScheduled(Conflict):
    message = "The schedule {name} opens tickets with the form {label}; choose another form there first."


class NotOnForm(Forbidden):
    message = "The form {label} does not ask you for {name}; leave it out."


class NeededByForm(Required):
    message = "The form {label} needs {name}."
