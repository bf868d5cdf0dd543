"""What may be done with ways to sign in."""

PERMISSIONS = {"sign_in.manage": "Set up how people sign in"}
