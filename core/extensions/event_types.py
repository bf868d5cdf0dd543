"""What can happen to plugins."""

EVENT_TYPES = {
    "plugin.enabled": "A plugin was enabled",
    "plugin.disabled": "A plugin was disabled",
    "plugin.configured": "A plugin was set up",
    "plugin.reconfigured": "A plugin's configuration changed",
    "plugin.unconfigured": "A plugin's configuration was removed",
}
