"""The build of GraphiQL beside a running installation: once, and gone with it when it is stopped half-way."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from core.door.services import Child
from settings import Settings, to_environment


@contextmanager
def building_graphiql(settings: Settings) -> Iterator[Callable[[], None]]:
    """Build while the block lasts; the explorer does without it where it fails. Gives what is to be called now and
    then, so that a build which has ended leaves no zombie."""
    from core.http.explorer import clear_workshop

    target = settings.data_dir / "graphiql"
    if not settings.explorer or target.exists():
        yield lambda: None
        return
    builder = Child("graphiql", "core.door.graphiql", environment=to_environment(settings), grace=1)

    def let_go() -> None:
        if builder.exit_code is not None:
            builder.kill()

    builder.start()
    try:
        yield let_go
    finally:
        builder.kill()
        clear_workshop(target)
