"""The titles of what the feed tells, each a whole sentence; figures are the subject, so that its verb is known."""

from collections.abc import Sequence

from catalog.load import Catalog
from catalog.models import ANY, Break
from dashboard import format as fmt
from dashboard.analysis.finding import listed, narrowed
from dashboard.analysis.shares import PAIR
from dashboard.analysis.signals import Signal
from db.read import VerdictRow
from verdicts.judging import was_late

CHANGES = {
    "definition": "{figures} have followed another definition since {month}",
    "method": "{figures} have been counted in another way since {month}",
    "capture": "{figures} have caught another part of what happens since {month}",
    "population": "{figures} have covered another population since {month}",
    "window": "{figures} have been counted over another span of days since {month}",
    "gap": "{figures} are missing for a time from {month} on",
    "cut-off": "{figures} end in {month}",
    "event": "{figures} were moved by an event in {month}",
}
"""What each kind of break did to figures."""
GAPS = ("gap", "a window is missing")
"""How the effect of a break begins that left figures out and changed none."""
MOST = 3
"""So many metrics, sources or systems are named; of more, one is, and the others are counted."""
NOW = {
    "holds": "{claim} holds",
    "no longer holds": "{claim} no longer holds",
    "never held": "{claim} never held",
    "cannot tell": "Whether {claim} holds cannot be told",
}
LATE = "{claim} was out of date when it was published"


def of_break(cut: Break, catalog: Catalog) -> str:
    """What a break did to which figures, of which systems and sources, and when."""
    metrics = [catalog.metrics[name].title for name in cut.metrics if name in catalog.metrics]
    systems = [catalog.systems[name].name for name in cut.systems if name in catalog.systems]
    sources = [source(name, catalog) for name in cut.sources if name != ANY]
    figures = f"Figures of {_named(metrics, 'metrics')}" if metrics else "All figures"
    figures += f" for {_named(systems, 'systems')}" if systems else ""
    figures += f" from {_named(sources, 'sources')}" if sources else ""
    kind = "gap" if cut.effect.startswith(GAPS) else cut.kind
    return CHANGES[kind].format(figures=figures, month=fmt.month(cut.date.first))


def of_crossover(one: Signal, catalog: Catalog) -> str:
    """Who passed whom last in a signal that has a leader, and when."""
    lead = one.lead
    if lead is None or lead.leader is None:
        raise ValueError(f"nobody leads in {one.metric.slug}")
    other = next(slug for slug in PAIR if slug != lead.leader)
    since, before = fmt.month(lead.since), fmt.month(lead.before) if lead.before else ""
    when = f"between {before} and {since}" if before and before != since else f"in {since}"
    names = [catalog.systems[slug].name for slug in (lead.leader, other)]
    return f"{names[0]} passed {names[1]} in {listed([narrowed(one.metric.title, one.definition)])} {when}"


def of_verdict(row: VerdictRow, catalog: Catalog) -> str:
    """What is so of a claim now, and what the verdict was before."""
    claim = catalog.claims.get(row.claim)
    named = f"the claim “{claim.says.rstrip('.')}”" if claim else f"the claim {row.claim}"
    aside = f" of {catalog.articles[claim.article].year}" if claim else ", which is no longer in the ledger,"
    form = LATE if was_late(row.note) else NOW.get(row.verdict, "{claim}: " + row.verdict)
    said = form.format(claim=f"{named}{aside}")
    return f"{said[:1].upper()}{said[1:]}; the verdict before was “{row.before}”"


def source(name: str, catalog: Catalog) -> str:
    """A source as its credit names it."""
    if name in catalog.sources:
        return catalog.sources[name].title
    origin = catalog.origins.get(name.removeprefix("history."))
    return origin.title if origin else name


def _named(names: Sequence[str], kind: str) -> str:
    if len(names) <= MOST:
        return listed(names) if kind == "metrics" else _anded(names)
    return f"{_named(names[:1], kind)} and {fmt.words(len(names) - 1)} other {kind}"


def _anded(names: Sequence[str]) -> str:
    return f"{', '.join(names[:-1])} and {names[-1]}" if len(names) > 1 else "".join(names)
