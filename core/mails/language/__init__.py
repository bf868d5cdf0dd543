"""The language of mail templates: Liquid within `${...}` and `{% ... %}`, in a sandbox, and of FreeMarker what the page
of mail settings of older products knows: `x!'y'`, `x?string('yyyy-MM-dd')` and `<#list xs as x>`."""

from core.mails.language.reading import Draft, Written, read, write

__all__ = ["Draft", "Written", "read", "write"]
