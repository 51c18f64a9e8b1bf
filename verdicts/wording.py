"""How rules put a sentence together in the reader's language: lists, clauses, and the words of what they look at."""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import date

from catalog.dates import PartialDate, parse_partial_date
from catalog.models import Milestone
from language.words import N_, _, _p

LANGUAGES = (
    N_("C# and F# (.NET)"),
    N_("Kotlin and C++"),
    N_("Kotlin and Java (Android)"),
    N_("Swift and Objective-C"),
)
"""Languages of bindings that are several."""

BEGIN = ("contributors", "dependents", "downloads", "first", "forks", "implementations", "papers", "questions", "stars")
"""Words of ours that sentences begin with and that are no names."""

REFERENCES = {
    "package index, project ": N_("package index, project {name}"),
    "releases of ": N_("releases of {name}"),
}
"""How a citation without an address begins, and how it is said."""

_DATED = re.compile(r"\b(\d{4}-\d\d(?:-\d\d)?)\b(?: (?=[\u4e00-\u9fff]))?")
When = date | PartialDate
_write: ContextVar[Callable[[When], str]] = ContextVar("write", default=str)


@contextmanager
def dating(write: Callable[[When], str]) -> Iterator[None]:
    """Write every date of a sentence within in one way: a page has words; documents and the store keep ISO."""
    token = _write.set(write)
    try:
        yield
    finally:
        _write.reset(token)


def on(when: When) -> str:
    """A date as sentences write it: 2019-09-30, unless `dating` says otherwise."""
    return _write.get()(when)


def redated(text: str) -> str:
    """A text of the catalogue with each ISO date in it as sentences write it; Chinese has no blank after 日 and 月."""
    write = _write.get()
    return text if write is str else _DATED.sub(lambda found: write(parse_partial_date(found[1])), text)


def begun(text: str) -> str:
    """A sentence that begins with what is counted, in lower case, with a capital; names keep the letter they have."""
    return f"{text[:1].upper()}{text[1:]}" if text.partition(" ")[0] in BEGIN else text


def percent(share: float, places: int = 1, *, signed: bool = False) -> str:
    """A share from 0 to 1 as 72.7 %, with its sign where it is a change."""
    return f"{share * 100:{'+' if signed else ''}.{places}f}\u00a0%"


def dated(one: Milestone) -> str:
    """A dated fact: 2019-09: TensorFlow 2.0."""
    return _("{day}: {what}", day=on(one.date), what=_(one.title))


def counted(metric: str, narrowed: str = "") -> str:
    """What a metric counts, as a sentence names it; English has its slug. ``narrowed`` is what counts it: NeurIPS."""
    named = {
        "contributors": _p("metric", "contributors"),
        "dependents": _p("metric", "dependents"),
        "downloads": _p("metric", "downloads"),
        "forks": _p("metric", "forks"),
        "image_pulls": _p("metric", "image_pulls"),
        "implementations": _p("metric", "implementations"),
        "models_created": _p("metric", "models_created"),
        "models_shipped": _p("metric", "models_shipped"),
        "new_repositories": _p("metric", "new_repositories"),
        "page_views": _p("metric", "page_views"),
        "papers": _p("metric", "papers"),
        "papers_exclusive": _p("metric", "papers_exclusive"),
        "public_names": _p("metric", "public_names"),
        "questions": _p("metric", "questions"),
        "questions_answered": _p("metric", "questions_answered"),
        "search_interest": _p("metric", "search_interest"),
        "stars": _p("metric", "stars"),
        "stars_gained": _p("metric", "stars_gained"),
    }
    told = named.get(metric, metric)
    return _p("metric", "{metric} ({narrowed})", metric=told, narrowed=narrowed) if narrowed else told


def reference(ref: str) -> str:
    """A citation that is no address: a project of the package index, or releases as they were listed."""
    for head, says in REFERENCES.items():
        if ref.startswith(head):
            return _(says, name=ref.removeprefix(head))
    return ref


def outcome(state: str) -> str:
    """How a probe ended."""
    named = {
        "pass": _p("probe", "pass"),
        "fail": _p("probe", "fail"),
        "not_applicable": _p("probe", "not applicable"),
        "error": _p("probe", "error"),
        "not_run": _p("probe", "not run"),
    }
    return named.get(state, state.replace("_", " "))


def binding(state: str) -> str:
    """How a binding of a system to a language fares."""
    named = {
        "active": _p("binding", "active"),
        "limited": _p("binding", "limited"),
        "maintenance": _p("binding", "maintenance"),
        "dormant": _p("binding", "dormant"),
        "dead": _p("binding", "dead"),
        "ended": _p("binding", "ended"),
        "archived": _p("binding", "archived"),
        "unknown": _p("binding", "unknown"),
    }
    return named.get(state, state)


def still(state: str) -> str:
    """Whether somebody still uses what was adopted."""
    named = {
        "yes": _p("still used", "yes"),
        "likely": _p("still used", "likely"),
        "partly": _p("still used", "partly"),
        "doubtful": _p("still used", "doubtful"),
        "unknown": _p("still used", "unknown"),
        "no": _p("still used", "no"),
    }
    return named.get(state, state)
