"""What may be done with mails."""

PERMISSIONS = {"mail.manage": "Write mail templates, and set which mails go out about tickets"}
