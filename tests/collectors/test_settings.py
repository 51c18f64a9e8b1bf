"""Settings come from the environment, then from .env; a bad one is named, a secret never shown."""

from pathlib import Path

import pytest

from collectors.settings import SettingsError, load_settings

SECRET = "planted-0123456789"


def test_nothing_set_gives_defaults(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("FRAMESCOPE_HOME")
    monkeypatch.chdir(tmp_path)
    settings = load_settings()
    assert settings.directory == tmp_path / "data"
    assert (settings.offline, settings.secrets(), settings.source_urls) == (False, (), {})


def test_the_environment_wins_over_the_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    env = tmp_path / ".env"
    env.write_text(
        "FRAMESCOPE_CONTACT=file@example.org\nFRAMESCOPE_PACKAGE_INDEX_URL=http://file.example/json\n"
        "FRAMESCOPE_PACKAGE_INDEX_INTERVAL=2.5\nFRAMESCOPE_OFFLINE=1\nUNRELATED=x\nFRAMESCOPE_PYTHON_JAX=/x/python\n"
    )
    monkeypatch.setenv("FRAMESCOPE_CONTACT", "environment@example.org")
    monkeypatch.setenv("FRAMESCOPE_PACKAGE_INDEX_URL", "")
    monkeypatch.setenv("FRAMESCOPE_OFFLINE", "0")
    settings = load_settings(env)
    assert settings.contact == "environment@example.org"
    assert settings.source_intervals == {"package_index": 2.5}
    assert settings.source_urls == {}
    assert settings.offline is False


def test_an_address_is_one_to_join_paths_onto(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FRAMESCOPE_PACKAGE_INDEX_URL", "http://127.0.0.1:9/pypi")
    assert load_settings(None).source_urls == {"package_index": "http://127.0.0.1:9/pypi/"}


@pytest.mark.parametrize(
    ("variable", "value", "why"),
    [
        ("FRAMESCOPE_OFFLINE", "perhaps", "must be 1 or 0"),
        ("FRAMESCOPE_PACKAGE_INDEX_INTERVAL", "often", "must be a number of seconds"),
        ("FRAMESCOPE_PACKAGE_INDEX_INTERVAL", "-1", "must be 0 or more"),
        ("FRAMESCOPE_PACKAGE_INDEX_INTERVAL", "nan", "must be"),
        ("FRAMESCOPE_PACKAGE_INDEX_URL", "ftp://x/", "must be an address that starts with http"),
        ("FRAMESCOPE_PACKAGE_INDEX_URL", f"http://me:{SECRET}@x/", "must hold no user name or password"),
        ("FRAMESCOPE_PACKAGE_INDEX_URL", f"http://x/?token={SECRET}", "must have no query"),
        ("FRAMESCOPE_GITHUB_TOKEN", "short", "must be at least 8 printable"),
        ("FRAMESCOPE_GITHUB_TOKEN", f"{SECRET}\nX-Other: 1", "must be at least 8 printable"),
        ("FRAMESCOPE_CONTACT", "a\r\nX-Other: 1", "must be at most 200 printable"),
    ],
)
def test_a_bad_value_is_named_and_not_shown(
    monkeypatch: pytest.MonkeyPatch, variable: str, value: str, why: str
) -> None:
    monkeypatch.setenv(variable, value)
    with pytest.raises(SettingsError) as caught:
        load_settings(None)
    assert str(caught.value).startswith(f"{variable} {why}")
    assert SECRET not in f"{caught.value!r}{caught.value.__cause__!r}"


def test_secrets_are_known_but_not_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FRAMESCOPE_GITHUB_TOKEN", f" {SECRET} ")
    monkeypatch.setenv("FRAMESCOPE_DATABASE_URL", "postgresql://me:db-password@host/x?sslpassword=%3Akey+s")
    settings = load_settings(None)
    assert set(settings.secrets()) == {SECRET, "db-password", ":key s", ":key+s"}
    assert SECRET not in repr(settings)
    assert "db-password" not in repr(settings)
