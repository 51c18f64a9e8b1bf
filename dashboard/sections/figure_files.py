"""A chart's figures as CSV and as JSON: both say whose they are, when they were taken and how to get back."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from dashboard.sections.downloads import table_text

if TYPE_CHECKING:
    from dashboard.sections.figure import Figure


UNKNOWN = "unknown"
"""Said in a file's heads of what has no date; an empty one would look like a mistake."""


@dataclass(frozen=True)
class Rows:
    """The rows of a file under their columns; ``receipts`` says of each number in a row's column what it is."""

    columns: Sequence[str]
    values: Sequence[Sequence[Any]]
    receipts: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)


def csv_of(figure: Figure, link: str) -> str:
    """The rows under lines that name title, source, licence, date and link; text in it is safe to open."""
    made = figure.rows()
    heads: list[tuple[str, object]] = [] if figure.credits else [("what", figure.title)]
    for one in figure.credits:
        heads += [("source", one.citation), *([("address", one.url)] if one.url else [])]
        heads += [("licence", f"{one.licence} {one.licence_url or ''}".strip())]
    heads += [("collected", figure.collected or UNKNOWN), ("title", figure.title), ("link", link)]
    cells = [[_text(value) for value in row] for row in made.values]
    return table_text(heads, made.columns, cells)


def json_of(figure: Figure, link: str) -> str:
    """The same as one document, with breaks, definitions and receipts; a missing value is null."""
    made = figure.rows()
    return json.dumps(
        {
            "title": figure.title,
            **figure.about,
            "link": link,
            "collected": figure.collected or None,
            "sources": [
                {"source": c.source, "title": c.title, "licence": c.licence, "url": c.url, "cite": c.citation}
                for c in figure.credits
            ],
            "rows": [dict(zip(made.columns, map(_known, row), strict=True)) for row in made.values],
            "receipts": made.receipts,
        },
        ensure_ascii=False,
        indent=1,
        default=str,
        allow_nan=False,
    )


def _text(value: Any) -> object:
    """A cell of a table file: lists as words, no value as nothing."""
    if isinstance(value, list | tuple):
        return " ".join(str(one) for one in value)
    return _known(value)


def _known(value: Any) -> Any:
    return None if isinstance(value, float) and not math.isfinite(value) else value
