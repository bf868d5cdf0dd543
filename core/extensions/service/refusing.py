"""What a provider refuses, in the product's words."""

from collections.abc import Iterable

from core.extensions.errors import BadConfig, CannotBeReached, CredentialsRefused, RejectedByPlugin
from core.extensions.service.noting import without
from core.kit.errors import DomainError
from core.kit.i18n import Words
from core.sdk import AuthFailed, ProviderError, Rejected, Retry


def refusal_of(
    error: ProviderError,
    otherwise: type[BadConfig | RejectedByPlugin],
    *,
    path: tuple[str, ...] = (),
    secrets: Iterable[str] = (),
) -> DomainError:
    """The refusal, at this place of the input. `otherwise` is for what neither the credentials nor the way there is to
    blame for; it stands at the member that the provider names. Of `secrets` nothing is told."""
    kept = list(secrets)
    told = Words.of(
        without(error.template, kept).rstrip(".") or "it does not say why",
        {name: without(str(each), kept) for name, each in error.values.items()},
    )
    match error:
        case AuthFailed():
            return CredentialsRefused(path=path, problem=told)
        case Retry():
            return CannotBeReached(path=path, problem=told)
        case Rejected(field=str(member)) if member:
            return otherwise(path=(*path, member), problem=told)
    return otherwise(path=path, problem=told)
