"""Reads the document of a benchmark run that came from outside: whole, of a known format, at one with itself."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from pydantic import ValidationError

from collectors.bench.document import FORMAT, KIND
from collectors.errors import SkipItem
from collectors.imports.run_consistency import contradiction
from collectors.imports.run_document import RunDocument

_AHEAD = timedelta(days=1)


def checked(value: Any, now: datetime) -> dict[str, Any]:
    """Give `value` back where it is the document of a run.

    Raises:
        SkipItem: it is of a newer format, is none, is not finished, is of a time to come, or contradicts itself.
    """
    if not isinstance(value, dict) or value.get("kind") != KIND or type(value.get("format")) is not int:
        raise SkipItem("This is no document of a benchmark run, or its first keys are missing. Export the run again")
    if value["format"] > FORMAT:
        told = f"format {value['format']}, and this Framescope reads up to {FORMAT}"
        raise SkipItem(f"This run is in {told}: upgrade Framescope, then import it again")
    if value.get("seconds", ...) is None:
        raise SkipItem("This run had not ended when it was exported. Export it again when it has")
    try:
        found = RunDocument.model_validate(value)
    except ValidationError as error:
        raise SkipItem(_told(error)) from None
    except RecursionError:
        raise SkipItem("The document is nested too deep") from None
    if datetime.fromisoformat(found.started) > now + _AHEAD:
        raise SkipItem("This run says that it began at a time to come. Set the clock of its machine, and measure again")
    if said := contradiction(found, now):
        raise SkipItem(f"This run contradicts itself, and nothing of it was stored. {said}")
    return value


def _told(error: ValidationError) -> str:
    """Say the first thing wrong, by where it is; what the file holds there is not repeated."""
    first, *others = error.errors(include_input=False, include_url=False)
    where = ".".join(str(part) for part in first["loc"])
    more = f", and {len(others)} more" if others else ""
    return f"This is no whole document of a benchmark run: {f'{where}: ' if where else ''}{first['msg']}{more}"
