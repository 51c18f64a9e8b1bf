"""The theme's part of the message that opens every run, written once: Streamlit reads all its settings again each time.

That is an eighth of a run of the Adoption page (docs/decisions/0148). A changed theme is seen after a restart.
"""

from functools import lru_cache

from streamlit.proto.NewSession_pb2 import CustomThemeConfig
from streamlit.runtime import app_session

_written = app_session._populate_theme_msg


def write_once() -> None:
    """Let every session of this process take what was written for the first. AttributeError if Streamlit moved it."""
    app_session._populate_theme_msg = _merged


@lru_cache(maxsize=16)
def _of(section: str) -> CustomThemeConfig:
    made = CustomThemeConfig()
    _written(made, section)
    return made


def _merged(msg: CustomThemeConfig, section: str = "theme") -> None:
    if (made := _of(section)).ByteSize():
        msg.MergeFrom(made)
