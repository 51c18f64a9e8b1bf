"""What the numbered breaks of a chart mean, in words: under the chart, and in a picture of it."""

from __future__ import annotations

import re
from collections.abc import Iterable

from dashboard import format as fmt
from dashboard.analysis.cuts import Cut
from language.lists import colon
from language.words import _


def meanings(cuts: Iterable[Cut]) -> list[str]:
    """A line of plain words for each: its number, its day and the first sentence of what it is."""
    return [f"{fmt.circled(cut.index)} {colon(fmt.day(cut.when), short(_(cut.what)))}" for cut in cuts]


def short(what: str) -> str:
    """The first sentence of what a break is."""
    return re.split(r"(?<=\.) |(?<=。)", what, maxsplit=1)[0]
