"""How conditions are refused. Paths lead into the tree: `condition`, `and`, `1`, `value`."""

from core.kit.errors import Invalid, LimitExceeded, NotFound


class MalformedCondition(Invalid):
    message = (
        "A condition is exactly one of `and`, `or`, `not` and a test with `field`, `op` and, where the"
        " operator takes one, `value`."
    )


class ConditionTooDeep(LimitExceeded):
    message = "A condition nests at most {limit} deep."


class ConditionTooLarge(LimitExceeded):
    message = "A condition has at most {limit} parts."


class UnknownConditionField(NotFound):
    message = "There is no field {name} to test; ask for `conditionFields` to see which there are."


class OperatorNotTaken(Invalid):
    message = "The field {name} cannot be tested by {operator}; use one of {known}."


class WrongTestValue(Invalid):
    message = "{operator} of the field {name} takes {wanted}."


class UnknownTestValue(NotFound):
    message = "The field {name} can never be {value}: there is no such thing here."


class NotInMemory(Invalid):
    message = "The field {name} is searched in lists and cannot be tested here; leave it out."
