"""What a plugin's function sees of whoever asks for it."""

from dataclasses import dataclass
from uuid import UUID

from core.extensions.acting import ForPlugin


@dataclass(frozen=True, slots=True)
class ForCaller(ForPlugin):
    """`Caller` of the SDK."""

    locale: str

    @property
    def user_id(self) -> UUID:
        return self._ctx.viewer.user_id

    @property
    def is_staff(self) -> bool:
        return self._ctx.viewer.is_staff
