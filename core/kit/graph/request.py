"""What resolvers find as `info.context`: the caller, their language, and the loaders of this one operation."""

from asyncio import Future, shield
from collections import Counter
from collections.abc import Awaitable, Callable, Hashable, Sequence
from functools import partial
from typing import Any, ClassVar, cast

from strawberry.dataloader import DataLoader
from strawberry.types import Info as StrawberryInfo

from core.kit.context import Context, Viewer


class Unauthenticated(Exception):
    """The field needs a signed-in caller and there is none."""

    code = "UNAUTHENTICATED"
    message = "Sign in first: send a token as `Authorization: Bearer …`."
    values: ClassVar[dict[str, str]] = {}

    def __init__(self) -> None:
        super().__init__(self.message)
        self.extensions = {"code": self.code}


class NotPermitted(Exception):
    """The caller may not read this root field."""

    code = "FORBIDDEN"
    message = "You need the permission {permission} for this."

    def __init__(self, permission: str) -> None:
        self.values = {"permission": permission}
        super().__init__(self.message.format(**self.values))
        self.extensions = {"code": self.code, "permission": permission}


class BadArgument(Exception):
    """An argument's value cannot be used: a foreign cursor, too large a page. `values` fill the message's
    `{placeholders}`."""

    def __init__(self, code: str, message: str, **values: object) -> None:
        super().__init__(message.format(**values) if values else message)
        self.code = code
        self.message = message
        self.values = values
        self.extensions = {"code": code}


class AnswerTooLarge(Exception):
    """The long texts of an answer are more than one answer may hold."""

    code = "ANSWER_TOO_LARGE"


ReadAhead = Callable[[Any, Any], Awaitable[None]]
"""`(graphql-core's info, payload)`. Raises only what ends the transaction anyway."""


Renew = Callable[[Sequence[Context]], Awaitable[list[Context | None]]]
"""Contexts as they would be now; None for those who may not go on."""


async def _stays(contexts: Sequence[Context]) -> list[Context | None]:
    """Where no credential can end."""
    return list(contexts)


async def _read_nothing(_info: Any, _payload: Any) -> None:
    """Where nothing is read ahead."""


class _Loader(DataLoader[Any, Any]):
    """Several fields may wait for one object, and graphql-core cancels those that a null elsewhere makes superfluous:
    the others go on waiting. What nobody waits for any more is not loaded to its end."""

    def __init__(self, load: Any, by: Callable[[Any], Hashable] | None) -> None:
        super().__init__(load_fn=load, cache_key_fn=by)
        self._waiting: Counter[Future[Any]] = Counter()

    def load(self, key: Any) -> Awaitable[Any]:
        loading = cast("Future[Any]", super().load(key))
        if loading.done():
            return loading
        self._waiting[loading] += 1
        waiting: Future[Any] = shield(loading)
        waiting.add_done_callback(partial(self._leave, loading))
        return waiting

    def _leave(self, loading: Future[Any], waiting: Future[Any]) -> None:
        self._waiting[loading] -= 1
        if self._waiting[loading] == 0:
            del self._waiting[loading]
            loading.cancel()  # does nothing where it is done
        for each in (loading, waiting):
            if each.done() and not each.cancelled():
                each.exception()  # Heard: who waited may have been cancelled in the same moment.


class Request:
    """One operation. Loaders live as long as it does, so nothing is seen stale and nothing leaks between callers."""

    def __init__(
        self,
        *,
        ctx: Context | None,
        locale: str,
        app: Any,
        connection: Any = None,
        renew: Renew | None = None,
        long_text_bytes: int = 10_000_000,
    ) -> None:
        self.ctx_or_none = ctx
        self.renewal: Renew = renew or _stays
        self.locale = locale
        self.app = app
        self.connection = connection
        self.cookies: list[str] = []
        self.long_text_bytes = long_text_bytes
        """How much of long texts may still be read for this answer."""
        self._loaders: dict[Hashable, DataLoader[Any, Any]] = {}
        self._kept: dict[Hashable, Any] = {}
        self.read_ahead: ReadAhead = _read_nothing
        """Reads what a mutation's payload leads to, on the connection of its transaction and before that ends."""
        self.ahead: dict[Hashable, Any] = {}
        """What it read."""

    @property
    def ctx(self) -> Context:
        """The caller's context. Raises Unauthenticated."""
        if self.ctx_or_none is None:
            raise Unauthenticated
        return self.ctx_or_none

    async def renew(self) -> Context | None:
        """The caller's context as it would be now, for what lasts longer than a request; None when the caller may
        not go on."""
        if self.ctx_or_none is None:
            return None
        (found,) = await self.renewal([self.ctx_or_none])
        return found

    @property
    def viewer(self) -> Viewer:
        return self.ctx.viewer

    def require(self, permission: str) -> None:
        """Raises Unauthenticated or NotPermitted."""
        if not self.viewer.may(permission):
            raise NotPermitted(permission)

    def loader(
        self, key: Hashable, load: Any, *, by: Callable[[Any], Hashable] | None = None
    ) -> DataLoader[Any, Any]:
        """The loader kept under this key for this operation, made at first use. `by` tells what is loaded apart."""
        if key not in self._loaders:
            self._loaders[key] = _Loader(load, by)
        return self._loaders[key]

    def kept(self, key: Hashable, make: Callable[[], Any]) -> Any:
        """What is kept under this key for as long as the operation lasts, made at first use."""
        if key not in self._kept:
            self._kept[key] = make()
        return self._kept[key]

    def forget_loaded(self) -> None:
        """Drop what was loaded before a write, so that the answer shows the state after it."""
        self._loaders.clear()
        self.ahead.clear()


Info = StrawberryInfo[Request, None]
