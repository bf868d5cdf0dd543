"""What may be done with the helpdesk's appearance."""

PERMISSIONS = {"content.manage": "Write the blocks of content on the helpdesk's pages"}
