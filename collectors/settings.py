"""What can be set from outside for collecting: the environment first, then a file ``.env``; secrets stay wrapped."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any, NamedTuple
from urllib.parse import urlsplit

from dotenv import dotenv_values
from pydantic import AfterValidator, BeforeValidator, Field, SecretStr, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from catalog.load import load_catalog
from collectors.errors import CollectError
from db.hiding import secrets_in

PREFIX = "FRAMESCOPE_"
_PER_SOURCE = {"source_urls": "_URL", "source_intervals": "_INTERVAL"}
_SHORTEST_SECRET = 8
_WORDS = {
    "bool_parsing": "must be 1 or 0",
    "float_parsing": "must be a number of seconds",
    "greater_than_equal": "must be 0 or more",
    "less_than_equal": "must be at most a day, in seconds",
    "finite_number": "must be a number of seconds",
}


class SettingsError(CollectError):
    """A setting that cannot be used; the message names the variable and what it must be, never a secret's value."""


def _address(value: str) -> str:
    parts = urlsplit(value)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise ValueError("must be an address that starts with http:// or https://")
    if parts.username is not None or parts.password is not None:
        raise ValueError("must hold no user name or password: secrets never go into an address")
    if parts.query or parts.fragment:
        raise ValueError("must have no query or fragment: paths are joined onto it")
    return value.rstrip("/") + "/"


def _header_text(value: str) -> str:
    if not (value.isascii() and value.isprintable() and len(value) <= 200):
        raise ValueError("must be at most 200 printable ASCII characters: it goes into a header")
    return value


def _secret(value: object) -> object:
    if not isinstance(value, str):
        return value
    value = value.strip()
    if not (value.isascii() and value.isprintable()) or " " in value or len(value) < _SHORTEST_SECRET:
        raise ValueError(f"must be at least {_SHORTEST_SECRET} printable ASCII characters without spaces")
    return value


Address = Annotated[str, AfterValidator(_address)]
Seconds = Annotated[float, Field(ge=0, le=86_400, allow_inf_nan=False)]
Secret = Annotated[SecretStr, BeforeValidator(_secret)]


class Settings(BaseSettings):
    """Everything a collector may be told from outside; see `load_settings`."""

    model_config = SettingsConfigDict(
        env_prefix=PREFIX, env_ignore_empty=True, extra="ignore", frozen=True, hide_input_in_errors=True
    )

    home: Path = Path("data")
    database_url: SecretStr | None = None
    offline: bool = False
    contact: Annotated[str, AfterValidator(_header_text)] = ""
    github_token: Secret | None = None
    openalex_key: Secret | None = None
    stackexchange_key: Secret | None = None
    huggingface_token: Secret | None = None
    run_token: Secret | None = None
    sign_in_secret: Secret | None = None
    sign_in_cookie_secret: Secret | None = None
    git_clones: Path | None = None
    google_trends_live: bool = False
    source_urls: dict[str, Address] = Field(default_factory=dict)
    source_intervals: dict[str, Seconds] = Field(default_factory=dict)

    @property
    def directory(self) -> Path:
        """The directory of everything Framescope keeps, absolute."""
        return self.home.expanduser().resolve()

    def secret(self, name: str) -> SecretStr | None:
        """The secret of a field, by the field's name."""
        value = getattr(self, name)
        return value if isinstance(value, SecretStr) else None

    def folder(self, name: str) -> Path | None:
        """The directory that a field names, absolute, by the field's name."""
        value = getattr(self, name)
        return value.expanduser().resolve() if isinstance(value, Path) else None

    def secrets(self) -> tuple[str, ...]:
        """Every secret value in use, for the one who must take them out of texts."""
        return tuple(self._secret_values())

    def _secret_values(self) -> Iterator[str]:
        for name in type(self).model_fields:
            value = self.secret(name)
            if value is None:
                continue
            if name == "database_url":
                yield from secrets_in(value.get_secret_value())
            else:
                yield value.get_secret_value()


def load_settings(env_file: Path | None = Path(".env")) -> Settings:
    """Read and check the settings; the environment wins over the file. Raises `SettingsError`."""
    try:
        return Settings(_env_file=env_file, **_per_source(env_file))  # type: ignore[call-arg]  # pydantic-settings' own keyword, not a field
    except ValidationError as error:
        raise SettingsError(_plain(error)) from None  # the cause holds the values given, secrets among them
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(f"{env_file} cannot be read: {type(error).__name__}.") from error


def _per_source(env_file: Path | None) -> dict[str, Any]:
    """``FRAMESCOPE_<SOURCE>_URL`` and ``FRAMESCOPE_<SOURCE>_INTERVAL`` of the catalogue's sources, where set."""
    given = {**(dotenv_values(env_file) if env_file else {}), **os.environ}
    fields: dict[str, dict[str, str]] = {field: {} for field in _PER_SOURCE}
    for source in load_catalog().sources:
        for field, suffix in _PER_SOURCE.items():
            if value := given.get(f"{PREFIX}{source.upper()}{suffix}"):
                fields[field][source] = value
    return fields


class _Problem(NamedTuple):
    variable: str
    message: str


def _plain(error: ValidationError) -> str:
    problems = []
    for found in error.errors(include_url=False, include_input=False):
        field, *rest = [str(part) for part in found["loc"]] or ["?"]
        name = f"{rest[0]}{_PER_SOURCE[field]}" if field in _PER_SOURCE and rest else field
        message = _WORDS.get(found["type"]) or str(found["msg"]).removeprefix("Value error, ").removeprefix(
            "Input should be "
        )
        problems.append(_Problem(f"{PREFIX}{name.upper()}", message))
    return "; ".join(f"{problem.variable} {_must(problem.message)}" for problem in problems)


def _must(message: str) -> str:
    return message if message.startswith("must") else f"cannot be used: it should be {message}"
