"""Writes of what tenants do with plugins, one function for each use case."""

from core.extensions.service.configuring import (
    InstancePatch,
    NewInstance,
    create_instance,
    delete_instance,
    update_instance,
)
from core.extensions.service.enabling import disable_plugin, enable_plugin
from core.extensions.service.sealing import reseal_instances
from core.extensions.service.tools import Tools

__all__ = [
    "InstancePatch", "NewInstance", "Tools", "create_instance", "delete_instance", "disable_plugin", "enable_plugin",
    "reseal_instances", "update_instance",
]  # fmt: skip
