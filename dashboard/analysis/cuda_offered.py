"""Which CUDA versions a framework's wheels ask for, from readings of their metadata: rows, and a sentence."""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from packaging.version import InvalidVersion, Version

from language.lists import anded, semicolons
from language.words import N_, _

NONE = N_("none named")
OPEN = N_("not named")
PLAIN = N_("as it comes")


class Offer(NamedTuple):
    """One way to a CUDA version: ``how`` is the extra, or that it comes without one; ``runtime`` as it is required."""

    framework: str
    version: str
    released: str
    how: str
    cuda: str
    runtime: str


def offers(documents: Sequence[Mapping[str, Any]]) -> list[Offer]:
    """A row for each extra and CUDA version of every version read, newest first; one for a version that names none."""
    found = []
    for each in sorted(documents, key=lambda each: _order(each["version"]), reverse=True):
        about = each["framework"], each["version"], each["released"] or ""
        rows = [Offer(*about, _how(row["extra"]), row["major"], row["exact"] or _(OPEN)) for row in each["offered"]]
        found += rows or [Offer(*about, "", _(NONE), "")]
    return sorted(found, key=lambda offer: offer.framework)


def answer(documents: Sequence[Mapping[str, Any]], names: Mapping[str, str]) -> str:
    """The newest version of each framework with the CUDA versions it asks for, in one sentence."""
    newest: dict[str, Mapping[str, Any]] = {}
    for each in sorted(documents, key=lambda each: _order(each["version"])):
        newest[each["framework"]] = each
    return _(
        "{offers}.", offers=semicolons(_told(names.get(slug, slug), each) for slug, each in sorted(newest.items()))
    )


def _how(extra: str) -> str:
    return _("extra {extra}", extra=extra) if extra else _(PLAIN)


def _told(name: str, document: Mapping[str, Any]) -> str:
    majors = sorted({row["major"] for row in document["offered"]})
    told = {"framework": name, "version": document["version"]}
    if not majors:
        return _("{framework} {version}: no CUDA version named", **told)
    return _("{framework} {version}: CUDA {majors}", majors=anded(majors), **told)


def _order(version: str) -> Version:
    try:
        return Version(version)
    except InvalidVersion:
        return Version("0")
