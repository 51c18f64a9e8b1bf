"""The theme as it is written once is the theme as Streamlit writes it."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from streamlit import config
from streamlit.proto.NewSession_pb2 import CustomThemeConfig
from streamlit.runtime import app_session

from dashboard.served import theme_once
from tests.dashboard.conftest import ROOT

PARTS = ("theme", "theme.light", "theme.dark", "theme.sidebar", "theme.light.sidebar", "theme.dark.sidebar")


@pytest.fixture
def once(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(config, "_main_script_path", str(ROOT / "dashboard/asgi.py"))
    config.get_config_options(force_reparse=True)  # as `streamlit run` reads the settings beside the script
    theme_once._of.cache_clear()
    theme_once.write_once()
    yield
    app_session._populate_theme_msg = theme_once._written
    theme_once._of.cache_clear()
    monkeypatch.undo()
    config.get_config_options(force_reparse=True)


def whole() -> CustomThemeConfig:
    """The theme with its parts, in the order in which Streamlit fills them in."""
    made = CustomThemeConfig()
    places = (made, made.light, made.dark, made.sidebar, made.light.sidebar, made.dark.sidebar)
    for place, part in zip(places, PARTS, strict=True):
        app_session._populate_theme_msg(place, part)
    return made


def test_it_is_the_same_message(once: None) -> None:
    found, again = whole(), whole()
    app_session._populate_theme_msg = theme_once._written
    assert found == whole() == again
    assert found.light.ByteSize() > 0
    assert found.SerializeToString() == whole().SerializeToString()


def test_streamlit_reads_its_settings_once(once: None, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []
    usual: Callable[[str], dict[str, Any]] = config.get_options_for_section

    def read(part: str) -> dict[str, Any]:
        asked.append(part)
        return usual(part)

    monkeypatch.setattr(config, "get_options_for_section", read)
    whole()
    whole()
    assert sorted(asked) == sorted(PARTS)
