"""What can happen to ways to sign in."""

EVENT_TYPES = {
    "sign_in_method.created": "A way to sign in was set up",
    "sign_in_method.updated": "A way to sign in changed",
    "sign_in_method.deleted": "A way to sign in was deleted",
    "user.linked": "Somebody became known by a way to sign in",
    "user.roles_changed": "Somebody's roles were changed by a way to sign in",
}
