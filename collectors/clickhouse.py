"""What ClickHouse says over HTTP: failures inside an answer that began well, and whole numbers in strings; pure."""

from __future__ import annotations

import re
from typing import Annotated

from pydantic import BeforeValidator, StrictInt

from collectors.errors import CollectError, RetryLater, StopSource

_QUOTA = 201
_QUOTA_WAIT_S = 3_600.0
# times, memory, connections and quotas; what a query may read or give (158, 307, 396) is the same tomorrow
_PASSING = frozenset({159, 160, _QUOTA, 202, 209, 210, 241, 279, 319, 394, 425, 439, 999})
_EXCEPTION = re.compile(rb"Code: (\d{1,5})[^\n]{0,60}?DB::Exception: ([^\n]{0,200})")


def _whole(value: object) -> object:
    if isinstance(value, str) and re.fullmatch(r"-?[0-9]{1,19}", value, re.ASCII):
        return int(value)
    return value


Whole = Annotated[StrictInt, BeforeValidator(_whole)]
"""A whole number as it comes: 64 bits do not fit into every reader's numbers, so it may be a string of digits."""


def refusal(body: bytes, url: str) -> CollectError | None:
    """What an answer says of having failed, after rows perhaps, as its status was sent before; None if it did not.

    The codes: https://github.com/ClickHouse/ClickHouse/blob/master/src/Common/ErrorCodes.cpp.
    """
    found = _EXCEPTION.search(body)
    if found is None:
        return None
    code, said = int(found[1]), found[2].decode("utf-8", "replace")
    if code in _PASSING:
        why = f"The database gave up (code {code}: {said}). Collect again later"
        return RetryLater(why, retry_after=_QUOTA_WAIT_S if code == _QUOTA else None, url=url)
    return StopSource(f"The database refuses (code {code}: {said}). Its tables or limits may have changed", url=url)
