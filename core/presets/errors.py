"""How presets refuse."""

from core.kit.errors import NotFound


class NoSuchPreset(NotFound):
    message = "There is no preset {key}; there is: {known}."
