"""E-mail domains of organisations, read as the domains of people's addresses are, so that the two compare equal."""

from collections.abc import Sequence
from functools import lru_cache

from email_validator import EmailNotValidError, validate_email

from core.customers.errors import BadDomain
from core.kit.errors import DomainError, Errors, LimitExceeded

MOST_DOMAINS = 100


def read_domain(value: str, *path: str) -> str:
    """The domain in IDNA form and lower case; a leading `@` is left out. Raises BadDomain."""
    try:
        return validate_email(
            f"x@{value.strip().removeprefix('@')}", check_deliverability=False
        ).ascii_domain.lower()
    except EmailNotValidError as error:
        raise BadDomain(path=path, value=value[:80]) from error


@lru_cache(maxsize=10_000)
def shown_domain(domain: str) -> str:
    """A domain in IDNA form as people read and write it."""
    try:
        return validate_email(f"x@{domain}", check_deliverability=False).domain
    except EmailNotValidError:
        return domain


def read_domains(values: Sequence[str]) -> list[str]:
    """The domains, each once. Raises LimitExceeded over 100, and Errors naming each place that is no domain."""
    if len(values) > MOST_DOMAINS:
        raise LimitExceeded(path=("domains",), limit=MOST_DOMAINS)
    found: dict[str, None] = {}
    errors: list[DomainError] = []
    for place, value in enumerate(values):
        try:
            found[read_domain(value, "domains", str(place))] = None
        except BadDomain as error:
            errors.append(error)
    if errors:
        raise Errors(errors)
    return list(found)
