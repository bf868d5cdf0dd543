"""The configuration of an installation: typed, documented, from `DESKGRAPH_*` environment variables.

Only the composition roots (the web application, the worker, the command line) read it; everything below
is handed what it needs.
"""

from settings.chosen import MissingVariable, storage_config
from settings.environment import to_environment
from settings.model import LogFormat, LogLevel, Settings, StatusProfile
from settings.problems import InvalidSettings, Problem
from settings.secret_key import load_secret_key, load_secret_keys, secret_key_file

__all__ = [
    "InvalidSettings",
    "LogFormat",
    "LogLevel",
    "MissingVariable",
    "Problem",
    "Settings",
    "StatusProfile",
    "load_secret_key",
    "load_secret_keys",
    "secret_key_file",
    "storage_config",
    "to_environment",
]
