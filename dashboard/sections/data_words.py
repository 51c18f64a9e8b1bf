"""What the page Data calls things by: metrics, systems and sources by their titles, kinds and periods by words."""

from collections.abc import Iterable

from catalog.load import Catalog
from dashboard.sections import attribution
from language.lists import commas
from language.words import N_, _, _p

GRANULARITIES = {
    "day": N_("day"),
    "week": N_("week"),
    "month": N_("month"),
    "quarter": N_("quarter"),
    "year": N_("year"),
    "window": N_("window of days"),
    "event": N_("event"),
}
DEFINITIONS = (
    *(N_("all of arXiv"), N_("with pull requests"), N_("without pull requests")),
    *(N_("All Respondents"), N_("Learning to Code"), N_("Other Coders"), N_("Professional Developers")),
)
"""Ways to count that are said in words; others are names of packages and lists, or what a publisher calls it."""
EVERYTHING = N_("All of them")
"""The name of the one system that is words and no name."""
YEARLY = ", 365 days"
"""How a definition ends that counts a year's downloads instead of a month's."""


def metric(catalog: Catalog, slug: str) -> str:
    """A metric's title; one that is not in the catalogue by its slug."""
    return _(catalog.metrics[slug].title) if slug in catalog.metrics else slug


def metrics(catalog: Catalog, slugs: Iterable[str]) -> str:
    """Several metrics by their titles."""
    return commas(metric(catalog, slug) for slug in slugs)


def system(catalog: Catalog, slug: str) -> str:
    """A system's name, as it is but for the one that stands for all."""
    name = catalog.systems[slug].name if slug in catalog.systems else slug
    return _(EVERYTHING) if name == EVERYTHING else name


def source(catalog: Catalog, slug: str) -> str:
    """A source's title."""
    return attribution.credit(catalog, slug).title


def definition(text: str) -> str:
    """In which way a series is counted."""
    if text.endswith(YEARLY):
        return _("{package}, 365 days", package=text.removesuffix(YEARLY))
    return _(text)


def granularity(slug: str) -> str:
    """How long a period is."""
    return _(GRANULARITIES.get(slug, slug))


def run_source(catalog: Catalog, slug: str) -> str:
    """What a run was of: a source by its title; a run of another kind names itself there."""
    if slug in catalog.sources or slug.removeprefix("history.") in catalog.origins:
        return source(catalog, slug)
    return run_kind(slug)


def run_kind(slug: str) -> str:
    """What a run did."""
    named = {
        "collection": _p("run", "collection"),
        "history": _p("run", "bundled table"),
        "catalog": _p("run", "catalogue"),
        "import": _p("run", "import"),
        "benchmark": _p("run", "benchmark"),
        "probe": _p("run", "probe"),
        "tasks": _p("run", "tasks"),
        "claims": _p("run", "claims"),
        "decision": _p("run", "decision on a doubt"),
    }
    return named.get(slug, slug)
