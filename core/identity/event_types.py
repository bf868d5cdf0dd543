"""What can happen to people and their access."""

EVENT_TYPES = {
    "user.created": "A user was made",
    "user.updated": "A user changed",
    "user.disabled": "A user was disabled",
    "user.enabled": "A user was enabled again",
    "role.created": "A role was made",
    "role.updated": "A role changed",
    "role.deleted": "A role was deleted",
    "invitation.sent": "Somebody was invited",
    "invitation.accepted": "An invitation was accepted",
    "invitation.revoked": "An invitation was taken back",
    "session.created": "Somebody signed in",
    "session.refused": "A sign-in was refused",
    "session.ended": "A session ended",
    "password.reset_requested": "A new password was asked for",
    "password.changed": "A password changed",
    "token.created": "An API token was made",
    "token.revoked": "An API token was revoked",
    "impersonation.started": "Somebody began to act as somebody else",
    "impersonation.stopped": "Somebody stopped acting as somebody else",
}
