"""E-mail addresses and telephone numbers: checked, shown as written, compared by a key."""

import unicodedata

import phonenumbers
from email_validator import EmailNotValidError, validate_email

from core.identity.errors import BadEmail, BadMobile


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


def read_mobile(value: str, *path: str) -> str:
    """A telephone number in E.164. It must name its country, since a desk has customers in many. Raises BadMobile."""
    try:
        number = phonenumbers.parse(value[:60], None)
    except phonenumbers.NumberParseException as error:
        raise BadMobile(path=path, value=value[:40]) from error
    # Possible, not valid: tables of valid ranges age, and a customer's real number must not be refused.
    if not phonenumbers.is_possible_number(number):
        raise BadMobile(path=path, value=value[:40])
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
