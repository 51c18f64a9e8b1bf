"""What an entry of each catalogue file must hold; pydantic refuses everything else."""

from __future__ import annotations

import re
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, StrictBool, model_validator

from catalog.dates import When

ANY = "*"


def _regular(value: str) -> str:
    try:
        return re.compile(value).pattern
    except re.error as error:
        raise ValueError(f"is not a regular expression: {error}") from None


Text = Annotated[str, Field(min_length=1)]
Slug = Annotated[str, Field(pattern=r"^[a-z0-9]+(?:[-_.][a-z0-9]+)*$")]
Names = Annotated[tuple[Text, ...], BeforeValidator(lambda value: (value,) if isinstance(value, str) else value)]
Pattern = Annotated[str, AfterValidator(_regular)]
Link = Annotated[str, Field(pattern=r"^https?://\S+$")]
# a cited package is named in words: the address depends on the mirror in use
Cited = Annotated[str, Field(pattern=r"^(https?://\S+|package index, project \S.*)$")]
Seen = Literal["page itself", "quoted", "own data"]


class Entry(BaseModel):
    """One table of a catalogue file: unchangeable, and without fields nobody declared."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class System(Entry):
    """Something tracked that belongs to frameworks; a framework is one too. Identifiers come headline first."""

    slug: Slug
    name: Text
    role: Text
    serves: Names = ()
    part_of: str | None = None
    successor: str | None = None
    github: Names = ()
    former_github: Names = ()
    pypi: Names = ()
    former_pypi: Names = ()
    npm: Names = ()
    conda: Names = ()
    docker: Names = ()
    huggingface: Names = ()
    stackoverflow: Names = ()
    wikipedia: Names = ()
    former_wikipedia: Names = ()
    arxiv: Names = ()
    arxiv_pattern: Pattern = ""
    openalex: str = ""
    named_models: Names = ()
    star_history: StrictBool = False
    github_topics: Names = ()
    hackernews: str = ""
    hackernews_capitals: StrictBool = False
    papers_with_code: Names = ()
    google_trends: Names = ()
    note: str = ""

    @model_validator(mode="after")
    def _searches_precisely(self) -> Self:
        if bool(self.arxiv) != bool(self.arxiv_pattern):
            raise ValueError("arxiv and arxiv_pattern belong together: words to search for, and what a hit must hold")
        return self

    @property
    def shown(self) -> bool:
        """Whether it is a system to list: a denominator (all papers, all questions) is none."""
        return self.role != "denominator"


class Metric(Entry):
    """What is counted, in which unit, and how values of shorter periods combine into longer ones.

    ``falls`` says how far a total, or a period told again, may come out lower than before by the nature of the count.
    ``share_of`` is the metric whose system ``all`` is the whole that this one counts parts of; with ``share_of_own``
    each system's own value of it is (answered ones of its questions).
    """

    slug: Slug
    title: Text
    unit: Text
    unit_short: str = ""
    kind: Literal["cumulative", "per_period", "share", "index", "count_now"]
    roll_up: Literal["sum", "last", "mean"]
    falls: Literal["never", "slightly", "freely"] = "slightly"
    means: Text
    not_means: Text
    sources: Names = ()
    signal: str | None = None
    share_of: str | None = None
    share_of_own: bool = False


class Source(Entry):
    """A source by its stable name, with what to credit; the bundled ones are described by their `Origin` instead."""

    slug: Slug
    title: Text
    url: Link
    licence: Text
    note: str = ""


class Milestone(Entry):
    """A release or turning point of a system, or (exactly one of the two) of a source.

    ``life`` is what the cited page says of the system from that day on: kept up only (maintenance), no commit seen
    since (silent), still shipped but to go (deprecated), given up by its makers (ended), or its repository closed
    (archived). A state shown to a reader is derived from it and from what was collected, never from it alone.
    """

    date: When
    title: Text
    kind: Literal["release", "announcement", "deprecation", "archive", "governance", "break"]
    url: Link
    seen: Seen
    system: str | None = None
    source: str | None = None
    company: str | None = None
    life: Literal["maintenance", "silent", "deprecated", "ended", "archived"] | None = None
    note: str = ""

    @model_validator(mode="after")
    def _has_one_subject(self) -> Self:
        if (self.system is None) == (self.source is None):
            raise ValueError("name a system or a source, one of the two")
        if self.life is not None and (self.system is None or self.kind in ("release", "break")):
            raise ValueError("life belongs to a system's deprecation, archive, announcement or governance")
        return self


class Break(Entry):
    """Where series must not be read as one line; `*` in sources, metrics or systems stands for all of them.

    A period that starts on `date.first` or later is on the far side. Where the citation dates the change otherwise
    (by the day a tool ran, after the days it counted), `cited_date` keeps its date. `cuts` is false for what is worth
    a mark but leaves the meaning as it was: a gap, a real event, a bias that is there throughout. `until` is the last
    day of what did not last; behind a point of a later period it is not in force.
    """

    slug: Slug
    sources: Names = Field(min_length=1)
    metrics: Names = Field(min_length=1)
    systems: Names = (ANY,)
    definitions: Names = (ANY,)
    date: When
    until: When | None = None
    cited_date: When | None = None
    kind: Literal["definition", "method", "capture", "gap", "cut-off", "population", "window", "event"]
    cuts: StrictBool = True
    what: Text
    effect: Text
    url: Link
    seen: Seen
    origin: str = ""

    def applies_to(self, metric: str, system: str, source: str, definition: str | None = None) -> bool:
        """Whether a series is cut here; without a definition, whether any definition of the series is."""
        wanted = (self.metrics, metric), (self.systems, system), (self.sources, source)
        named = all(ANY in names or value in names for names, value in wanted)
        return named and (definition is None or ANY in self.definitions or definition in self.definitions)


class Article(Entry):
    """A published comparison whose statements are in the ledger."""

    slug: Slug
    title: Text
    author: Text
    year: int
    url: Link | None = None
    language: Text = "en"
    cites: Link | None = None


class Claim(Entry):
    """One statement of an article, restated; `check` is the kind of evidence that can decide it."""

    id: Slug
    article: Text
    topic: Literal["adoption", "capability", "speed"]
    says: Text
    check: Literal["series", "probe", "benchmark", "catalogue"]
    needs: str = ""


class Adoption(Entry):
    """Who was said to use what, when, and whether anything shows that it is still so."""

    company: Text
    system: Text
    what: Text
    date: When
    url: Link
    seen: Seen
    still: Literal["yes", "likely", "partly", "unknown", "doubtful", "no"]
    evidence: Text


class Binding(Entry):
    """A way to use a system from a language; `last` and `state` are as cited, not as collected.

    ``shows`` is the system of the board whose own ``version`` this is: ``released`` on a day, or ``newest_on`` one.
    """

    system: Text
    language: Text
    name: Text
    maintainer: Literal["official", "community"]
    repo: str = ""
    last: Text
    shows: str | None = None
    version: str = ""
    released: When | None = None
    newest_on: When | None = None
    state: Literal["active", "limited", "maintenance", "dormant", "dead", "ended", "archived", "unknown"]
    url: Cited
    seen: Seen
    note: str = ""


class Support(Entry):
    """A platform or accelerator a system runs on; empty `since` or `until` means that none was seen."""

    system: Text
    platform: Text
    how: Text
    since: str = ""
    until: str = ""
    official: StrictBool
    url: Cited
    seen: Seen
    note: str = ""


class Python(Entry):
    """When a CPython came out; `planned` where what is cited still called the day a plan."""

    version: Annotated[str, Field(pattern=r"^3\.[0-9]+$")]
    date: When
    url: Link
    seen: Seen
    planned: StrictBool = False


class NamedModel(Entry):
    """How a model that articles list is looked for: patterns over names in small letters and digits alone."""

    model: Text
    find: Annotated[tuple[Annotated[str, Field(pattern=r"^[a-z0-9*\[\]-]+$")], ...], Field(min_length=1)]


class Origin(Entry):
    """Where one bundled table comes from, under which licence, and what to beware of."""

    slug: Slug
    title: Text
    citation: Text
    url: Link
    licence: Text
    licence_url: Link | None = None
    retrieved: When
    covers_from: When
    covers_until: When
    layout: Literal["series", "figures"] = "series"
    counts: Text
    caveats: Names = ()
    excluded: str = ""

    @property
    def source(self) -> str:
        """The source name of its series."""
        return f"history.{self.slug}"
