"""Where this site is to be found from outside, for links that leave it."""

import re
from functools import lru_cache

from pydantic import field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict
from starlette.requests import Request

from collectors.settings import PREFIX

_HOST = re.compile(r"(?:[A-Za-z0-9](?:[A-Za-z0-9.-]{0,251}[A-Za-z0-9])?|\[[0-9A-Fa-f:]{2,45}\])(?::\d{1,5})?")
_ADDRESS = re.compile(rf"https?://{_HOST.pattern}(?:/[A-Za-z0-9._~/-]*)?")


class _Public(BaseSettings):
    model_config = SettingsConfigDict(env_prefix=PREFIX, env_file=".env", env_ignore_empty=True, extra="ignore")
    public_url: str = ""

    @field_validator("public_url")
    @classmethod
    def _is_address(cls, told: str) -> str:
        if told and not _ADDRESS.fullmatch(told):
            raise ValueError("FRAMESCOPE_PUBLIC_URL must look like https://framescope.example.org")
        return told.rstrip("/")


@lru_cache(maxsize=1)
def public() -> str:
    """The address of ``FRAMESCOPE_PUBLIC_URL``, empty without one. Raises `ValidationError` for another text."""
    return _Public().public_url


def base_of(request: Request) -> str:
    """The address that links begin with: the one that was set, else the one asked for, unless its host is odd."""
    host = request.headers.get("host", "")
    return public() or f"{request.url.scheme}://{host if _HOST.fullmatch(host) else 'localhost'}"
