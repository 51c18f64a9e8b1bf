"""One line of the overview: a signal's share over time, who leads since when, how fast it moves, how old it is."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import pandas as pd

from catalog.models import Break, Metric
from dashboard.analysis.cuts import Cut, cuts, severing
from dashboard.analysis.finding import narrowed
from dashboard.analysis.leads import Change, Lead, last_year, pair_lead
from dashboard.analysis.parts import Overlap, Part, at_point, overlaps, parts_of
from dashboard.analysis.shares import COLUMNS, PAIR, narrowing, pair_shares, shared_in
from dashboard.analysis.tidy import drawn, preferred
from language.words import _

STALE_DAYS = 120


def share_asked(metric: str) -> dict[str, str | list[str]]:
    """What Adoption has to be asked for to draw the share that sentences, badges and the feed speak of."""
    return {"metric": metric, "system": list(PAIR), "view": "share"}


@dataclass(frozen=True)
class Signal:
    """A metric of the overview; all but the metric is None or empty where there are no figures of both systems."""

    metric: Metric
    source: str | None
    shares: pd.DataFrame
    lead: Lead | None
    change: Change
    cuts: tuple[Cut, ...]
    definition: str = ""

    @property
    def title(self) -> str:
        """Its short name, with the definition that narrows what is counted: Conference papers (NeurIPS)."""
        return narrowed(_(self.metric.signal or self.metric.title), self.definition)

    def stale(self, today: date) -> bool:
        """Whether its newest figure is older than four months."""
        return self.lead is not None and (today - self.lead.newest).days > STALE_DAYS


def signal(
    metric: Metric, found: pd.DataFrame, breaks: Sequence[Break], today: date, pair: tuple[str, str] = PAIR
) -> Signal:
    """Read a signal off all rows of its metric: from the preferred source that has both systems in the same period."""
    for source in _candidates(metric, found, pair):
        ready, _ = drawn(found[(found["source"] == source) & found["system"].isin(pair)], metric.kind, today)
        shares = pair_shares(ready, metric.kind, pair)
        if shares.empty:
            continue
        definitions = tuple(str(name) for name in ready["definition"].unique())
        first, last = ready["start"].min().date(), today
        marks = cuts(breaks, metric.slug, pair, source, first, last, definitions)
        severed = severing(marks)
        found_lead, change = pair_lead(ready, shares, pair, severed), last_year(shares, severed)
        return Signal(metric, source, shares, found_lead, change, tuple(marks), narrowing(ready, pair))
    return Signal(metric, None, pd.DataFrame(columns=list(COLUMNS)), None, Change(None), ())


def signal_parts(
    one: Signal, found: pd.DataFrame, today: date, start: date, end: date
) -> tuple[tuple[Part, ...], tuple[Overlap, ...], float | None]:
    """The series that the share of one period is made of, the periods that share days with it, and the share itself.

    ``found`` are all rows of the metric, as `signal` took them.
    """
    rows = found[(found["source"] == one.source) & found["system"].isin(PAIR)]
    ready, _ = drawn(rows, one.metric.kind, today)
    used, of = shared_in(ready, one.metric.kind), at_point(one.shares, start, end)
    value = float(of["share"].iloc[-1]) if len(of) else None
    return parts_of(one.metric.slug, at_point(used, start, end)), overlaps(used, start, end), value


def _candidates(metric: Metric, found: pd.DataFrame, pair: tuple[str, str]) -> list[str]:
    first = preferred(found, metric.sources, pair)
    have = found[found["value"].notna() & found["system"].isin(pair)]
    counts = have.groupby("source")["system"].nunique()
    both = [str(name) for name in counts[counts == len(pair)].index]
    rank = {name: index for index, name in enumerate(metric.sources)}
    ordered = sorted(both, key=lambda name: (rank.get(name, len(rank)), name))
    return [first, *(s for s in ordered if s != first)] if first in both else ordered
