"""A choice as a whole: ranking, flips, what speaks against the winner, what would change it (pure)."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from catalog.load import Catalog
from dashboard.analysis.choice import owed, ranking
from dashboard.analysis.choice.asked import Asked
from dashboard.analysis.choice.model import NAMES, Range, Scores, Shown
from dashboard.analysis.choice.ranking import Doubt, Flip, Pull, Ranked, Weak
from language.lists import commas, either
from language.words import N_, _, _p

METHOD = N_(
    "Weighted mean of ranges from 0 to 1 by interval arithmetic (Moore, Kearfott, Cloud 2009, chapter 2); what is "
    "not known is 0 to 1. The order is by the middle of the ranges (Hurwicz 1951, at one half); two are apart where "
    "their ranges do not overlap. Flips are exact: the lead by the middles is a straight line in each weight."
)


@dataclass(frozen=True)
class Choice:
    """What the weights come to, as of a day. ``level`` are the systems level with the first one, itself among them."""

    asked: Asked
    at: date
    scores: Mapping[str, Scores]
    ranking: tuple[Ranked, ...]
    level: tuple[str, ...]
    overlapping: tuple[str, ...]
    flips: tuple[Flip, ...]
    against: tuple[Pull, ...]
    weak: tuple[Weak, ...]
    doubts: tuple[Doubt, ...]

    @property
    def winner(self) -> str | None:
        """The framework whose range has the highest middle; None where two are level."""
        return None if len(self.level) > 1 else self.ranking[0].system

    @property
    def counted(self) -> list[str]:
        """The criteria that have a weight, heaviest first."""
        weights = self.asked.weights
        return sorted((name for name, weight in weights.items() if weight > 0), key=lambda name: -weights[name])

    @property
    def known(self) -> int:
        """How many of the criteria that count have evidence on any framework."""
        return sum(any(one.evidence for one in self.scores[name].values()) for name in self.counted)


def choose(scores: Mapping[str, Scores], wanted: Asked, at: date) -> Choice:
    """Weigh the criteria; raises `ValueError` where no weight is above 0."""
    found = ranking.rank(scores, wanted.weights)
    winner = found[0].system
    pulls = ranking.against(scores, wanted.weights, winner)
    return Choice(
        wanted,
        at,
        scores,
        tuple(found),
        tuple(ranking.level(found)),
        tuple(ranking.not_separated(found)),
        tuple(ranking.flips(scores, wanted.weights)),
        tuple(pulls),
        tuple(ranking.weak(scores, wanted.weights, winner, pulls)),
        tuple(ranking.doubts(scores, wanted.weights, found)),
    )


def sentence(choice: Choice) -> str:
    """The answer in a sentence or two."""
    first = choice.ranking[0]
    said = _("{known} of {all} criteria have evidence", known=choice.known, all=len(choice.counted))
    if choice.winner is None:
        told = N_("{names} are level: nothing that is known puts one of them first ({said}).")
        return _(told, names=_all(choice.level), said=said)
    name = NAMES[choice.winner]
    if not choice.overlapping:
        return _("{name} comes first, and no unknown could change that ({said}).", name=name, said=said)
    return _(
        "{name} has the highest middle of its range ({low} to {high}), but cannot be separated from {others} ({said}).",
        name=name,
        low=f"{first.low:.2f}",
        high=f"{first.high:.2f}",
        others=_any(choice.overlapping),
        said=said,
    )


def age(one: Range | Shown, at: date) -> int | None:
    """Days since the oldest evidence of a range, or since one piece of it; None where no day is known."""
    days = [shown.day for shown in (one.evidence if isinstance(one, Range) else (one,)) if shown.day is not None]
    return (at - min(days)).days if days else None


def document(choice: Choice, catalog: Catalog) -> dict[str, Any]:
    """A choice as `choose --json` gives it."""
    return {
        "situation": choice.asked.situation or None,
        "as_of": choice.at,
        "answer": sentence(choice),
        "winner": choice.winner,
        "level": list(choice.level) if choice.winner is None else [],
        "not_separated": list(choice.overlapping),
        "ranking": [asdict(one) for one in choice.ranking],
        "criteria": [_criterion(choice, catalog, name) for name in choice.counted],
        "flips": [asdict(one) | {"by": one.by} for one in choice.flips],
        "against": [asdict(one) for one in choice.against] if choice.winner else [],
        "weak": [asdict(one) for one in choice.weak] if choice.winner else [],
        "would_change": [_doubt(choice, one) for one in choice.doubts],
        "sources": owed.told(choice, catalog),
        "method": _(METHOD),
    }


def telling(one: Range, other: Range) -> list[Shown]:
    """The evidence of one range, ahead of it what the other has no like of: the same of both tells them not apart."""
    like = {(_subject(shown), shown.value) for shown in other.evidence}
    return sorted(one.evidence, key=lambda shown: (_subject(shown), shown.value) in like)


def _subject(shown: Shown) -> str:
    return shown.ref.partition("/")[0] if shown.kind == "probe" else ""


def criterion_age(choice: Choice, name: str) -> int | None:
    """Days since the oldest evidence of a criterion."""
    ages = [age(one, choice.at) for one in choice.scores[name].values()]
    return max((days for days in ages if days is not None), default=None)


def commands(choice: Choice, name: str) -> list[str]:
    """The commands that would tell more of a criterion."""
    return list(dict.fromkeys(one.command for one in choice.scores[name].values() if one.command))


def _criterion(choice: Choice, catalog: Catalog, name: str) -> dict[str, Any]:
    scores = choice.scores[name]
    return {
        "criterion": name,
        "title": _(catalog.criteria[name].title),
        "weight": choice.asked.weights[name],
        "age_days": criterion_age(choice, name),
        "scores": [{"system": system, "low": one.low, "high": one.high} for system, one in scores.items()],
        "evidence": [
            {"system": system, **_shown(shown), "age_days": age(shown, choice.at)}
            for system, one in scores.items()
            for shown in one.evidence
        ],
        "missing": list(dict.fromkeys(text for one in scores.values() for text in one.missing)),
        "commands": commands(choice, name),
    }


def _shown(one: Shown) -> dict[str, Any]:
    """A piece of evidence with every source it is owed to."""
    made = asdict(one) | {"sources": list(one.sources)}
    return {name: value for name, value in made.items() if name != "rests_on"}


def _doubt(choice: Choice, one: Doubt) -> dict[str, Any]:
    return {**asdict(one), "commands": commands(choice, one.criterion)}


def _all(systems: Sequence[str]) -> str:
    """The names of frameworks: a, b and c."""
    *before, last = (NAMES[system] for system in systems)
    return _p("names", "{a} and {b}", a=commas(before), b=last) if before else last


def _any(systems: Sequence[str]) -> str:
    """The names of frameworks: a, b or c."""
    return either(NAMES[system] for system in systems)
