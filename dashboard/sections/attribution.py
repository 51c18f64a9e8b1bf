"""Where figures come from, in words: title, licence, how fresh; for the foot of every chart and table."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

import pandas as pd

from catalog.load import Catalog
from dashboard import format as fmt
from dashboard.text import plain
from language.lists import clauses, semicolons
from language.words import N_, _

UNSTATED = (
    N_("none stated; figures are facts, credit the origin"),
    N_("none for the two main lists; MIT for Top-Deep-Learning; figures are facts, credit the origins"),
    N_("facts; Apache-2.0, MIT and BSD of the projects"),
    N_("facts; each figure credits its publisher"),
    N_("facts; no licence stated"),
    N_("facts; GitHub terms of service"),
    N_("facts; Hugging Face terms of service"),
    N_("facts; each project's own licence"),
    N_("facts; attribution to Google Trends"),
    N_("metadata CC0-1.0"),
    N_("see the project's page"),
)
"""What the catalogue says where there is no licence to name; a licence is named as it calls itself."""


@dataclass(frozen=True, slots=True)
class Credit:
    """What is owed to a source; ``retrieved`` is the day a bundled table was taken, else None."""

    source: str
    title: str
    licence: str
    licence_url: str | None
    url: str
    citation: str
    retrieved: str | None

    @property
    def markdown(self) -> str:
        """The credit with links, safe for Markdown."""
        licence = f"[{plain(_(self.licence))}]({self.licence_url})" if self.licence_url else plain(_(self.licence))
        title = f"[{plain(self.title)}]({self.url})" if self.url else plain(self.title)
        return clauses((title, licence))


def credit(catalog: Catalog, source: str) -> Credit:
    """What the catalogue says of a source; an unknown one is named as such."""
    if source in catalog.sources:
        entry = catalog.sources[source]
        return Credit(source, entry.title, entry.licence, None, entry.url, entry.title, None)
    origin = catalog.origins.get(source.removeprefix("history."))
    if origin is None:
        return Credit(source, source, _("not in the catalogue"), None, "", source, None)
    return Credit(
        source, origin.title, origin.licence, origin.licence_url, origin.url, origin.citation, str(origin.retrieved)
    )


def fetched(found: pd.DataFrame, stored: pd.DataFrame, metric: str, source: str) -> date | None:
    """When the newest figure of a frame was written here; rolled-up rows do not say, so their series is asked."""
    times = pd.to_datetime(found["collected_at"], utc=True).dropna()
    if times.empty:
        rows = stored[(stored["metric"] == metric) & (stored["source"] == source)]
        times = pd.to_datetime(rows["collected_at"], utc=True).dropna()
    return None if times.empty else times.max().date()


def line(owed: Iterable[Credit]) -> str:
    """Several credits as one line of small print."""
    return " · ".join(c.markdown for c in owed)


def when(found: Credit, collected: date | None) -> str:
    """When the figures were taken from where they come from, in words."""
    if found.retrieved:
        return _("taken {day}, bundled", day=_readable(found.retrieved))
    return _("collected {day}", day=fmt.day(collected)) if collected else _("collection date unknown")


def taken(owed: Iterable[Credit], collected: Mapping[str, date | None]) -> str:
    """When the figures of several sources were taken: one day, or the first and the last; bundled where all are."""
    known = list(owed)
    days = [_as_day(one.retrieved) if one.retrieved else collected.get(one.source) for one in known]
    if not known or any(day is None for day in days):
        return "" if not known else semicolons(dict.fromkeys(when(one, collected.get(one.source)) for one in known))
    first, last = (fmt.day(pick(day for day in days if day)) for pick in (min, max))
    told = first if first == last else _("{first} to {last}", first=first, last=last)
    if all(one.retrieved for one in known):
        return _("taken {day}, bundled", day=told)
    return _("collected {day}", day=told)


def _as_day(text: str) -> date | None:
    return date.fromisoformat(text) if len(text.split("-")) == 3 else None


def _readable(text: str) -> str:
    parts = text.split("-")
    return fmt.day(date.fromisoformat(text)) if len(parts) == 3 else text
