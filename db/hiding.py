"""What is secret in the address of a database, and the address as it may be shown; pure."""

import re
from collections.abc import Iterator

from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError

MARK = "redacted"
_NAMED = re.compile(
    r"^(?:.*[-_.])?(?:key|apikey|token|secret|(?:ssl)?password|passwd|pwd|signature|sig|auth|authorization|credentials?)$",
    re.IGNORECASE,
)
_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])")


def is_secret_name(name: str) -> bool:
    """Whether a query parameter of this name carries a secret: ``key``, ``api_key``, ``accessToken`` …"""
    return _NAMED.match(_CAMEL.sub("_", name.strip())) is not None


def shown(url: URL) -> str:
    """An address to print: without its password, before the host or, as libpq's names allow, after the ``?``."""
    query = {name: MARK if is_secret_name(name) else value for name, value in url.query.items()}
    return url.set(query=query).render_as_string(hide_password=True)


def secrets_in(address: str) -> tuple[str, ...]:
    """Every secret of an address, decoded, to be taken out of texts; one that cannot be read is secret as a whole."""
    if not address:
        return ()
    try:
        return tuple(dict.fromkeys(filter(None, _secrets(make_url(address)))))
    except (ArgumentError, ValueError):
        return (address,)


def _secrets(url: URL) -> Iterator[str]:
    yield str(url.password or "")
    for name, values in url.normalized_query.items():
        if is_secret_name(name):
            for value in values:
                yield value
                yield value.replace(" ", "+")  # as it is written after the ?
