"""The plugin of pytest: the fixtures, where what they need is installed, as with `deskgraph[testing]`."""

from importlib.util import find_spec

if all(find_spec(each) for each in ("pytest_asyncio", "httpx2", "blockbuster")):
    from core.testing.fixtures import *  # noqa: F403
