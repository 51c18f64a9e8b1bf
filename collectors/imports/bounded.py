"""Reads JSON of unknown origin under bounds on how much it holds, how deep it is and what its strings may be."""

from __future__ import annotations

import io
import json
import math
import re
from typing import Any, NoReturn

import ijson

from collectors.errors import SkipItem

MOST_VALUES = 3_000_000
DEEPEST = 16
LONGEST_STRING = 100_000
LARGEST_WHOLE = 2**63 - 1
_NOT_TEXT = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
"""Control characters but tab and line ends, signs that turn the direction of text, and halves of characters."""


def loaded(body: bytes) -> Any:
    """Give the value that `body` holds.

    Raises:
        SkipItem: it is no JSON, breaks off, holds a number that is not finite or a key twice, or is beyond a bound.
    """
    _count(body)
    try:
        value = json.loads(
            body.decode("utf-8-sig"),
            parse_constant=_no_number,
            parse_float=_finite,
            parse_int=_whole,
            object_pairs_hook=_object,
        )
    except (ValueError, RecursionError) as error:
        raise SkipItem(f"The file is no JSON that can be read: {type(error).__name__}") from None
    _must_be_text(value)
    return value


def _count(body: bytes) -> None:
    """Walk through without building anything: what would not fit is refused before it takes memory."""
    depth = values = 0
    try:
        for event, _ in ijson.basic_parse(io.BytesIO(body.removeprefix(b"\xef\xbb\xbf")), use_float=True):
            values += 1
            depth += event.startswith("start") - event.startswith("end")
            if values > MOST_VALUES:
                raise SkipItem(f"The file holds more than {MOST_VALUES:,} values, and was not read further")
            if depth > DEEPEST:
                raise SkipItem(f"The file is nested more than {DEEPEST} deep, and was not read further")
    except (ijson.JSONError, ValueError, OverflowError):
        raise SkipItem("The file is cut off, is no JSON, or holds a number too large. Export the run again") from None


def _no_number(name: str) -> NoReturn:
    raise SkipItem(f"The file holds {name}, which is no number")


def _finite(text: str) -> float:
    value = float(text)
    if not math.isfinite(value):
        raise SkipItem("The file holds a number too large for a computer's")
    return value


def _whole(text: str) -> int:
    if len(text) > len(str(-LARGEST_WHOLE)) or abs(int(text)) > LARGEST_WHOLE:
        raise SkipItem("The file holds a number too large to be stored")
    return int(text)


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise SkipItem("The file gives one key of an object twice")
    return found


def _must_be_text(value: Any) -> None:
    if isinstance(value, str):
        if len(value) > LONGEST_STRING:
            raise SkipItem(f"The file holds a text of more than {LONGEST_STRING:,} characters")
        if _NOT_TEXT.search(value):
            raise SkipItem("The file holds a text with control characters")
    elif isinstance(value, dict):
        for key, held in value.items():
            _must_be_text(key)
            _must_be_text(held)
    elif isinstance(value, list):
        for held in value:
            _must_be_text(held)
