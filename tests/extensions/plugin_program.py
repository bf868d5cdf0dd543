"""Does plugins' jobs as the worker's own process for them does: `program.py <database url> <folder of plugins>`."""

import asyncio
import sys
from pathlib import Path

from core.worker import run_plugins
from settings import Settings

asyncio.run(run_plugins(Settings(database_url=sys.argv[1], plugins_path=Path(sys.argv[2]))))
