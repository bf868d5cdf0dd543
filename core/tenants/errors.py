"""How tenants refuse."""

from core.kit.errors import Invalid, Taken


class BadSlug(Invalid):
    message = "{value} cannot be a host name's part; use 2 to 40 of a-z, 0-9 and -, beginning with a letter."


class SlugTaken(Taken):
    message = "There is a tenant {slug} already; choose another slug."


class BadLocale(Invalid):
    message = "{value} is not a locale; use one as en or zh-Hans."


class BadTimeZone(Invalid):
    message = "{value} is not a time zone; use an IANA name as Asia/Shanghai."
