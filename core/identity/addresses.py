"""E-mail addresses and telephone numbers: checked, shown as written, compared by a key."""

import unicodedata

import phonenumbers
from email_validator import EmailNotValidError, validate_email

from core.identity.errors import BadEmail, BadLoginName, BadMobile

LONGEST_LOGIN_NAME = 60


def read_address(value: str, *path: str) -> tuple[str, str, str]:
    """`(as shown, key, domain)`. The key has the domain in IDNA and everything in lower case, so that `李@例子.中国`
    and its punycode form are one address. Raises BadEmail."""
    try:
        read = validate_email(value.strip(), check_deliverability=False, allow_smtputf8=True)
    except EmailNotValidError as error:
        raise BadEmail(path=path, value=value[:80]) from error
    domain = (read.ascii_domain or read.domain).lower()
    local = unicodedata.normalize("NFC", read.local_part.lower())
    return read.normalized, f"{local}@{domain}", domain


def key_of_address(value: str) -> str | None:
    """The key of an address, or None for what is not one."""
    try:
        return read_address(value)[1]
    except BadEmail:
        return None


def read_login_name(value: str, *path: str) -> tuple[str, str]:
    """`(as shown, key)` of what somebody signs in by beside their address (B21), whatever the case and the width. An
    address is none, so that the two are told apart. Raises BadLoginName."""
    shown = unicodedata.normalize("NFKC", value.strip())
    if not 2 <= len(shown) <= LONGEST_LOGIN_NAME or any(
        each == "@" or each.isspace() or not each.isprintable() for each in shown
    ):
        raise BadLoginName(path=path, value=value[:80])
    key = shown.casefold()
    if len(key) > LONGEST_LOGIN_NAME:  # as of ß
        raise BadLoginName(path=path, value=value[:80])
    return shown, key


def key_of_account(value: str) -> str:
    """The key of an address or a login name, as somebody typed it to sign in; of neither, a text that nobody has."""
    try:
        return key_of_address(value) or read_login_name(value)[1]
    except BadLoginName:
        return value.strip().lower()


def is_region(value: str) -> bool:
    """Whether this is a country as telephone numbers know it, as in `CN`."""
    return value in phonenumbers.SUPPORTED_REGIONS


def read_mobile(value: str, *path: str, region: str | None = None) -> str:
    """A telephone number in E.164. It must name its country, since a desk has customers in many, unless whoever gives
    it says which one is meant. Raises BadMobile."""
    try:
        number = phonenumbers.parse(value[:60], region)
    except phonenumbers.NumberParseException as error:
        raise BadMobile(path=path, value=value[:40]) from error
    # Possible, not valid: tables of valid ranges age, and a customer's real number must not be refused.
    if not phonenumbers.is_possible_number(number):
        raise BadMobile(path=path, value=value[:40])
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
