"""Takes secrets out of addresses, texts and bodies before anything is kept, logged or shown; pure."""

from __future__ import annotations

import re
from collections.abc import Iterable
from urllib.parse import parse_qsl, quote, quote_plus, urlencode, urlsplit, urlunsplit

MARK = "redacted"
_SHORTEST = 4
_NAMED = re.compile(
    r"^(?:.*[-_.])?(?:key|apikey|token|secret|password|passwd|pwd|signature|sig|auth|authorization|credentials?)$",
    re.IGNORECASE,
)
_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])")
_ESCAPE = re.compile(r"%[0-9A-F]{2}")
_USERINFO = re.compile(r"(?<=://)[^/?#\s@]*@")


def is_secret_name(name: str) -> bool:
    """Whether a query parameter of this name carries a secret: ``key``, ``api_key``, ``accessToken`` …"""
    return _NAMED.match(_CAMEL.sub("_", name.strip())) is not None


class Redactor:
    """Knows the secret values in use, in the forms they take in addresses and bodies."""

    def __init__(self, secrets: Iterable[str] = ()) -> None:
        self._values = frozenset(value for value in secrets if len(value) >= _SHORTEST)
        forms = {form for value in self._values for form in _forms(value)}
        self._forms = tuple(sorted(forms, key=len, reverse=True))

    def also(self, values: Iterable[str]) -> Redactor:
        """One that knows further values."""
        more = self._values.union(values)
        return self if more == self._values else Redactor(more)

    def __repr__(self) -> str:
        return f"Redactor({len(self._forms)} forms)"

    def text(self, text: str) -> str:
        """A text without the known values, and without user names and passwords in addresses."""
        for form in self._forms:
            text = text.replace(form, MARK)
        return _USERINFO.sub(f"{MARK}@", text)

    def body(self, body: bytes) -> bytes:
        """A body without the known values; the same bytes where it holds none."""
        for form in self._forms:
            body = body.replace(form.encode(), MARK.encode())
        return body

    def url(self, url: str) -> str:
        """An address to keep: no user name or password, no fragment, no value of a parameter named like a secret."""
        try:
            parts = urlsplit(url)
        except ValueError:
            return self.text(url)
        if not parts.scheme:
            return self.text(url)
        query = parse_qsl(parts.query, keep_blank_values=True)
        if any(is_secret_name(name) for name, _ in query):
            query = [(name, MARK if is_secret_name(name) else value) for name, value in query]
            parts = parts._replace(query=urlencode(query))
        host = parts.netloc.rpartition("@")[2]
        return self.text(urlunsplit(parts._replace(netloc=host, fragment="")))

    def holds_secret(self, text: str) -> bool:
        """Whether a text holds a known value, in any of its forms."""
        return any(form in text for form in self._forms)


def _forms(value: str) -> set[str]:
    escaped = value.encode("unicode_escape").decode().replace('"', '\\"').replace("/", "\\/")
    encoded = {quote(value, safe=""), quote(value), quote_plus(value)}
    return {value, escaped} | encoded | {_ESCAPE.sub(lambda found: found[0].lower(), form) for form in encoded}
