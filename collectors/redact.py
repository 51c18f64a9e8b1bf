"""Takes secrets out of addresses, texts and bodies before anything is kept, logged or shown; pure."""

from __future__ import annotations

import re
from collections.abc import Iterable
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from db.hiding import MARK as MARK
from db.hiding import is_secret_name as is_secret_name

_SHORTEST = 4
_USERINFO = re.compile(r"(?<=://)[^/?#\s@]*@")


class Redactor:
    """Knows the secret values in use, in the forms they take in addresses and bodies."""

    def __init__(self, secrets: Iterable[str] = ()) -> None:
        self._values = frozenset(value for value in secrets if len(value) >= _SHORTEST)
        longest_first = sorted(self._values, key=lambda value: (-len(value), value))
        pattern = "|".join(_any_form(value) for value in longest_first) or r"(?!)"
        self._text = re.compile(pattern)
        self._bytes = re.compile(pattern.encode())

    def also(self, values: Iterable[str]) -> Redactor:
        """One that knows further values."""
        more = self._values.union(values)
        return self if more == self._values else Redactor(more)

    def __repr__(self) -> str:
        return f"Redactor({len(self._values)} values)"

    def text(self, text: str) -> str:
        """A text without the known values, and without user names and passwords in addresses."""
        return _USERINFO.sub(f"{MARK}@", self._text.sub(MARK, text))

    def body(self, body: bytes) -> bytes:
        """A body without the known values; the same bytes where it holds none."""
        return self._bytes.sub(MARK.encode(), body)

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
        return self._text.search(text) is not None


def _any_form(value: str) -> str:
    """A pattern for a value, each character as it is, percent-encoded (even twice), or escaped as in JSON."""
    return "".join(_any_form_of(character) for character in value)


def _any_form_of(character: str) -> str:
    percent = "".join(f"%(?:25)*{_either_case(f'{byte:02x}')}" for byte in character.encode())
    escaped = rf"\\u{_either_case(f'{ord(character):04x}')}"
    return rf"(?:\\?{re.escape(character)}|{percent}|{escaped})"


def _either_case(digits: str) -> str:
    return "".join(f"[{digit}{digit.upper()}]" if digit.isalpha() else digit for digit in digits)
