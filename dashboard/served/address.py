"""Where this site is to be found from outside: for links that leave it, and for the names it answers to."""

import ipaddress
import re
from functools import lru_cache

from pydantic import ValidationError, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict
from starlette.requests import Request

from collectors.settings import PREFIX, SettingsError

_NAME = r"[A-Za-z0-9](?:[A-Za-z0-9._-]{0,251}[A-Za-z0-9])?"
_HOST = re.compile(rf"({_NAME}|\[[0-9A-Fa-f:.]{{2,45}}\])\.?(?::\d{{1,5}})?")
_ADDRESS = re.compile(rf"https?://{_HOST.pattern}(?:/[A-Za-z0-9._~/-]*)?")
_MOST_NAMES = 100


class _Public(BaseSettings):
    model_config = SettingsConfigDict(env_prefix=PREFIX, env_file=".env", env_ignore_empty=True, extra="ignore")
    public_url: str = ""
    allowed_hosts: str = ""

    @field_validator("public_url")
    @classmethod
    def _is_address(cls, told: str) -> str:
        if told and not _ADDRESS.fullmatch(told):
            raise ValueError("FRAMESCOPE_PUBLIC_URL must look like https://framescope.example.org")
        return told.rstrip("/")

    @field_validator("allowed_hosts")
    @classmethod
    def _are_names(cls, told: str) -> str:
        found = _split(told)
        if len(found) > _MOST_NAMES or not all(one == "*" or re.fullmatch(_NAME, one) for one in found):
            raise ValueError("FRAMESCOPE_ALLOWED_HOSTS must be names without ports, with commas between them, or *")
        return told


@lru_cache(maxsize=1)
def _set() -> _Public:
    try:
        return _Public()
    except ValidationError as error:
        told = [str(found["msg"]).removeprefix("Value error, ") for found in error.errors()]
        raise SettingsError("; ".join(told)) from None


def look() -> None:
    """Read both settings anew, for who asks only whether they can be used. Raises `SettingsError`."""
    _set.__wrapped__()


def public() -> str:
    """The address of ``FRAMESCOPE_PUBLIC_URL``, empty without one. Raises `SettingsError` for another text."""
    return _set().public_url


def listed() -> list[str]:
    """The names of ``FRAMESCOPE_ALLOWED_HOSTS``. Raises `SettingsError` for what cannot be names."""
    return _split(_set().allowed_hosts)


def base_of(request: Request) -> str:
    """The address that links begin with: the one that was set, else the one asked for, unless its host is odd."""
    host = request.headers.get("host", "")
    return public() or f"{request.url.scheme}://{host if _HOST.fullmatch(host) else 'localhost'}"


def host_of(header: str) -> str | None:
    """The name or address in a Host header, in small letters, without its port; None where it is no host."""
    found = _HOST.fullmatch(header)
    return found[1].strip("[]").lower() if found else None


def is_address(name: str) -> bool:
    """Whether a host is an address in digits."""
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return False
    return True


def _split(names: str) -> list[str]:
    return [name for each in names.split(",") if (name := each.strip())]
