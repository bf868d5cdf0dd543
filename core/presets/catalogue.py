"""The presets there are."""

from core.presets import default
from core.presets.errors import NoSuchPreset
from core.presets.ewei import PRESET as EWEI
from core.presets.kf5 import PRESET as KF5
from core.presets.preset import Preset
from core.presets.uckefu import PRESET as UCKEFU
from core.presets.udesk import PRESET as UDESK
from core.presets.xiaoneng import PRESET as XIAONENG

DEFAULT = default.PRESET
PRESETS: dict[str, Preset] = {each.key: each for each in (DEFAULT, UCKEFU, XIAONENG, UDESK, KF5, EWEI)}


def preset_of(key: str) -> Preset:
    """The preset with this key. Raises NoSuchPreset, which lists them."""
    preset = PRESETS.get(key)
    if preset is None:
        raise NoSuchPreset(path=("preset",), key=key[:40], known=", ".join(PRESETS))
    return preset
