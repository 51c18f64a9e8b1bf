"""What is known of a system as dated evidence, and what cited pages tell of it: facts, releases, versions; pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from catalog.dates import PartialDate
from catalog.models import Binding, Milestone
from dashboard.analysis.life import RELEASED, YEAR
from language.words import _

CITED = "cited"  # untranslated: a key


@dataclass(frozen=True, slots=True)
class Evidence:
    """One dated thing that is known of a system, as it was known on ``seen``.

    ``origin`` says how it came here: collected, bundled, cited, or from a server on this machine (a test). ``basis``
    is which sign of the rule it is, empty where it is none; ``when`` is the day as exactly as the source has it.
    """

    kind: str
    day: date
    says: str
    source: str
    origin: str
    seen: date
    url: str = ""
    receipt: int | None = None
    basis: str = ""
    text: str = ""

    @property
    def when(self) -> str:
        """YYYY, YYYY-MM or YYYY-MM-DD."""
        return self.text or self.day.isoformat()


@dataclass(frozen=True, slots=True)
class Version:
    """A version that a cited page names, by the day of its release or the day on which it was the newest."""

    version: str
    evidence: Evidence
    on: PartialDate


def cited(entry: Milestone, kind: str, basis: str) -> Evidence:
    """A milestone as evidence; one that is quoted only says so."""
    title = _(entry.title)
    says = title if entry.seen == "page itself" else _("{title} (quoted)", title=title)
    day = entry.date.first
    return Evidence(kind, day, says, "catalogue", CITED, day, entry.url, basis=basis, text=entry.date.text)


def release(milestones: Sequence[Milestone], versions: Iterable[Version], today: date) -> Evidence | None:
    """The newest release that the catalogue cites; it decides only while it is not a year old."""
    dated = [entry for entry in milestones if entry.kind == "release" and entry.date.precision == "day"]
    found = [cited(entry, "release", RELEASED if _fresh(entry.date.first, today) else "") for entry in dated]
    found += [one.evidence for one in versions if one.evidence.kind == "release"]
    return max(found, key=lambda one: one.day, default=None)


def versions(bindings: Iterable[Binding], system: str, today: date) -> list[Version]:
    """The versions of a system that its own entries among the bindings name, newest first."""
    found = [_version(one, today) for one in bindings if one.shows == system]
    return sorted((one for one in found if one is not None), key=lambda one: one.evidence.day, reverse=True)


def _version(one: Binding, today: date) -> Version | None:
    """A release counts from the first day it can have been; a version that was there on a day has no day of release."""
    named = {"name": one.name, "version": one.version}
    if one.released is not None:
        day, text = one.released.first, one.released.text
        basis = RELEASED if _fresh(day, today) else ""
        says = _("{name} {version} released", **named)
        return Version(
            one.version,
            Evidence("release", day, says, "catalogue", CITED, day, one.url, None, basis, text),
            one.released,
        )
    if one.newest_on is not None:
        day = one.newest_on.first
        says = _("{name} {version} was the newest; the day of its release is not known", **named)
        return Version(one.version, Evidence("newest", day, says, "catalogue", CITED, day, one.url), one.newest_on)
    return None


def _fresh(day: date, today: date) -> bool:
    return today - day <= YEAR
