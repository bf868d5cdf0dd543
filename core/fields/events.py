"""What others hear from fields."""

PRIORITY_MOVED = "option.priority_moved"
"""A job: the priority `option_id` has another position, and tickets that carry its rank must follow."""
