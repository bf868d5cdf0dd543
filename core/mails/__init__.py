"""Owns mail templates and the page of mail settings: what mails about tickets say, in the tenant's own words. Not: whom
to write to and when (notifications), how a letter leaves (kit), texts for replies (tickets)."""
