"""Who may run from the site, how much, and how visitors sign in: the settings of it, checked whole."""

from importlib.util import find_spec
from pathlib import Path
from typing import Annotated, Any
from urllib.parse import urlsplit

from pydantic import AfterValidator, Field, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from collectors.settings import PREFIX, Secret, SettingsError

CALLBACK = "/oauth2callback"
"""Where the provider sends a visitor back to; Streamlit's own route."""
_LOCAL_NAMES = ("localhost", "127.0.0.1", "::1")
_FILE = Path(".env")


def _names(value: str) -> str:
    if len(value) > 20_000 or not value.isprintable():
        raise ValueError("must be names on one line, with commas between them")
    return value


def _metadata(value: str) -> str:
    parts = urlsplit(value)
    if value and (parts.scheme not in ("http", "https") or not parts.hostname):
        raise ValueError("must be the address of the provider's openid-configuration")
    return value


Names = Annotated[str, AfterValidator(_names)]


class RunRules(BaseSettings):
    """Who may run and how much: ``FRAMESCOPE_RUN_…``; see docs/who-may-run.md. Figures hold for one person."""

    model_config = SettingsConfigDict(
        env_prefix=f"{PREFIX}RUN_", env_ignore_empty=True, extra="ignore", frozen=True, hide_input_in_errors=True
    )

    token: Secret | None = None
    users: Names = ""
    groups: Names = ""
    groups_claim: Names = "groups"
    sign_in_hours: float = Field(default=12.0, gt=0, le=720)
    jobs_per_hour: int = Field(default=6, ge=0, le=10_000)
    seconds_per_day: int = Field(default=3_600, ge=0, le=1_000_000)
    cooldown_s: int = Field(default=30, ge=0, le=86_400)
    most_seconds: int = Field(default=900, ge=0, le=100_000)
    queue: int = Field(default=10, ge=0, le=50)

    @property
    def listed_users(self) -> frozenset[str]:
        """The addresses, in small letters, and subjects that may run."""
        return frozenset(name.lower() if "@" in name else name for name in _split(self.users))

    @property
    def listed_groups(self) -> frozenset[str]:
        """The groups whose members may run."""
        return frozenset(_split(self.groups))


class SignIn(BaseSettings):
    """How visitors sign in by OpenID Connect: ``FRAMESCOPE_SIGN_IN_…``; without an address nobody can."""

    model_config = SettingsConfigDict(
        env_prefix=f"{PREFIX}SIGN_IN_", env_ignore_empty=True, extra="ignore", frozen=True, hide_input_in_errors=True
    )

    url: Annotated[str, AfterValidator(_metadata)] = ""
    client: str = ""
    secret: Secret | None = None
    cookie_secret: Secret | None = None
    scope: Names = "openid email profile"

    def section(self, public_url: str) -> dict[str, Any]:
        """What Streamlit calls its secrets for ``st.login``; nothing where no sign-in is set up.

        Raises `SettingsError` where a part of it is missing, would send cookies in the clear, or needs a package.
        """
        if not self.url:
            return {}
        lacking = [name for name in ("client", "secret", "cookie_secret") if not getattr(self, name)]
        if lacking or self.secret is None or self.cookie_secret is None:
            named = ", ".join(f"{PREFIX}SIGN_IN_{name.upper()}" for name in lacking)
            raise SettingsError(f"{PREFIX}SIGN_IN_URL is set, and {named} is not: sign-in needs all of them.")
        parts = urlsplit(public_url)
        if parts.scheme != "https" and parts.hostname not in _LOCAL_NAMES:
            raise SettingsError(
                f"{PREFIX}PUBLIC_URL must be the https address of this site for sign-in: the provider sends visitors "
                "back to it, and what proves who they are must not cross a network in the clear."
            )
        if find_spec("authlib") is None:
            raise SettingsError("Sign-in needs a package more: pip install 'framescope[sign-in]'.")
        auth = {
            "redirect_uri": public_url.rstrip("/") + CALLBACK,
            "cookie_secret": self.cookie_secret.get_secret_value(),
            "client_id": self.client,
            "client_secret": self.secret.get_secret_value(),
            "server_metadata_url": self.url,
            "client_kwargs": {"scope": self.scope},
        }
        return {"auth": auth}


def load_rules() -> RunRules:
    """Read and check who may run; the environment wins over ``.env``. Raises `SettingsError`."""
    try:
        return RunRules(_env_file=_FILE)  # type: ignore[call-arg]  # pydantic-settings' own keyword, not a field
    except ValidationError as error:
        raise SettingsError(_told(error, "RUN_")) from None  # the cause holds the values given, a secret among them


def load_sign_in() -> SignIn:
    """Read and check how visitors sign in; the environment wins over ``.env``. Raises `SettingsError`."""
    try:
        return SignIn(_env_file=_FILE)  # type: ignore[call-arg]  # as above
    except ValidationError as error:
        raise SettingsError(_told(error, "SIGN_IN_")) from None  # as above


def _split(names: str) -> list[str]:
    return [name for each in names.split(",") if (name := each.strip())]


def _told(error: ValidationError, prefix: str) -> str:
    told = []
    for found in error.errors(include_url=False, include_input=False):
        name = f"{PREFIX}{prefix}{str(found['loc'][0]).upper()}"
        words = str(found["msg"]).removeprefix("Value error, ").removeprefix("Input should be ")
        told.append(f"{name} {words if words.startswith('must') else f'cannot be used: it should be {words}'}")
    return "; ".join(told)
