"""What a chart or a page says in words, made from the figures."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from dashboard import format as fmt
from dashboard.analysis.leads import Lead
from dashboard.analysis.speed import Verdicts

OLD_YEARS = 3
RECENT = f"figures of the last {fmt.words(OLD_YEARS)} years"
PRESENT_MONTHS = 15
MANY = 3
SIGNALS = "#signals"


class Part(NamedTuple):
    """A piece of a sentence, and the address of what it rests on, where it has one."""

    text: str
    link: str = ""


@dataclass(frozen=True, slots=True)
class Standing:
    """One signal as far as a sentence needs it; ``lead`` is None where there are no figures, ``link`` shows them."""

    title: str
    lead: Lead | None
    link: str = ""


def title(metric: str, found: Lead | None, names: dict[str, str], pair: tuple[str, str], today: date) -> str:
    """The finding a chart's title states: who passed whom when, or who has led throughout.

    In the present only where the figures reach it and are enough; else in the past, with the month in which they end.
    """
    if found is None:
        return metric
    words, end = lowered(metric), fmt.month(found.newest)
    first, second = (names.get(slug, slug) for slug in pair)
    leader, other = (first, second) if found.leader == pair[0] else (second, first)
    now = fmt.months_between(found.newest, today) < PRESENT_MONTHS
    if found.periods == 1:
        said = f"{leader} was ahead of {other}" if found.leader else f"{first} and {second} were level"
        return f"{_when(found)} {said} in {words}"
    if found.leader is None:
        verb, until = ("are", "") if now else ("were", f" when the figures end in {end}")
        return f"{first} and {second} {verb} level in {words}{until}"
    if found.changed:
        since = f"in {words} since {fmt.month(found.since)}, when what is counted changed"
        return f"{leader} is ahead of {other} {since}" if now else f"{leader} was ahead of {other} {since}, until {end}"
    if not found.throughout:
        tail = "then" if end == fmt.month(found.since) else f"in {end}"
        return f"{leader} passed {other} in {words} {_passed(found)}" + ("" if now else f"; the figures end {tail}")
    if now and found.periods >= MANY:
        return f"{leader} is ahead of {other} in {words} in every period since {fmt.month(found.since)}"
    return f"{leader} was ahead of {other} in {words} from {fmt.month(found.since)} until the figures end in {end}"


def narrowed(name: str, definition: str) -> str:
    """A name with the definition that narrows it, where there is one."""
    return f"{name} ({definition})" if definition else name


def _when(found: Lead) -> str:
    """The one period there is: in its month, or from the first of its months to the last."""
    first, last = fmt.month(found.since), fmt.month(found.at)
    return f"In {last}" if first == last else f"From {first} to {last}"


def _passed(found: Lead) -> str:
    """When somebody passed; where figures were missing then, the months between which it was."""
    if found.before is None:
        return f"in {fmt.month(found.since)}"
    return f"between {fmt.month(found.before)} and {fmt.month(found.since)}"


def answer(standings: Sequence[Standing], names: dict[str, str], pair: tuple[str, str], today: date) -> str:
    """The sentence the overview opens with: who leads on how many of the signals whose figures are not old."""
    return "".join(part.text for part in answer_parts(standings, names, pair, today))


def answer_parts(
    standings: Sequence[Standing], names: dict[str, str], pair: tuple[str, str], today: date
) -> list[Part]:
    """The sentence in parts: the count leads to the table of signals, a signal that is named to its own figures."""
    told = [s for s in standings if s.lead is not None and not is_old(s.lead, today)]
    if not any(s.lead for s in standings):
        return [Part("No figures of both are in the store yet, so nobody can be said to lead.")]
    if not told:
        return [Part(f"No {RECENT}, so nobody can be said to lead.")]
    won = {slug: [s for s in told if s.lead and s.lead.leader == slug] for slug in pair}
    level = [s for s in told if s.lead and s.lead.leader is None]
    ahead, behind = sorted(pair, key=lambda slug: -len(won[slug]))
    if len(won[ahead]) == len(won[behind]):
        each = Part(f"{names[pair[0]]} and {names[pair[1]]} each lead on ")
        counted = Part(fmt.count(len(won[ahead]), "signal"), SIGNALS)
        return [each, counted, Part(f" of the {fmt.words(len(told))} with {RECENT}.")]
    made = [Part(f"{names[ahead]} leads on "), Part(_of(len(won[ahead]), len(told)), SIGNALS), Part(f" with {RECENT}")]
    if won[behind]:
        made += [Part(f"; {names[behind]} still leads on "), *_listed_parts(won[behind])]
    if level:
        made += [Part("; the two are level on "), *_listed_parts(level)]
    return [*made, Part(".")]


def _listed_parts(named: Sequence[Standing]) -> list[Part]:
    """What `listed` says, each title with the way to its figures."""
    made: list[Part] = []
    for index, one in enumerate(named):
        if index:
            made.append(Part(" and " if index == len(named) - 1 else ", "))
        made.append(Part(lowered(one.title), one.link))
    return made


def old_answer(standings: Sequence[Standing], names: dict[str, str], today: date) -> str:
    """What signals said whose figures ended years ago; empty if there are none."""
    old = [s for s in standings if s.lead is not None and is_old(s.lead, today)]
    if not old:
        return ""
    said = [
        f"{lowered(s.title)} ended in {fmt.month(s.lead.newest)} with {names.get(s.lead.leader or '', 'nobody')} ahead"
        for s in old
        if s.lead is not None
    ]
    return f"Not counted, because their figures are over {fmt.words(OLD_YEARS)} years old: " + "; ".join(said) + "."


def is_old(found: Lead, today: date) -> bool:
    """Whether the figures of a lead ended too long ago to be called a lead."""
    return fmt.months_between(found.newest, today) >= OLD_YEARS * 12


def speed_answer(verdicts: Verdicts, names: dict[str, str], pair: tuple[str, str]) -> str:
    """The sentence on speed; empty where nothing has been measured. Where modes disagree it names no winner."""
    total = verdicts.first + verdicts.second + verdicts.level + verdicts.mixed
    if total == 0:
        return ""
    if verdicts.mixed == total:
        where = "" if total == 1 else f" in all {fmt.count(total, 'workload')}"
        return f"On the machine measured, which of the two is faster depends on the mode{where}, eager or compiled."
    mixed = f"; in {fmt.words(verdicts.mixed)} it depends on the mode, eager or compiled" if verdicts.mixed else ""
    ahead = pair[0] if verdicts.first >= verdicts.second else pair[1]
    wins = max(verdicts.first, verdicts.second)
    if wins == 0:
        if mixed:
            many = fmt.count(total, "workload")
            return f"On the machine measured, neither is faster throughout in any of {many}{mixed}."
        return f"On this machine no measured difference is large enough to call ({fmt.count(total, 'workload')})."
    if verdicts.first == verdicts.second:
        each = f"{names[pair[0]]} and {names[pair[1]]} are each faster in {fmt.words(wins)}"
        return f"On the machine measured, {each} of {fmt.count(total, 'workload')}{mixed}."
    share = "the one workload" if total == 1 else f"{fmt.words(wins)} of {fmt.count(total, 'workload')}"
    return f"On the machine measured, {names[ahead]} is faster in {share}{mixed}."


def _of(part: int, whole: int) -> str:
    if part == whole:
        return "the one signal" if whole == 1 else f"all {fmt.count(whole, 'signal')}"
    return f"{fmt.words(part)} of {fmt.count(whole, 'signal')}"


def lowered(words: str) -> str:
    """A title in the middle of a sentence: package downloads, but GitHub stars."""
    names = ("GitHub", "Stack Overflow", "Hugging Face", "Wikipedia", "MLPerf", "Hacker News")
    return words if words.startswith(names) else words[:1].lower() + words[1:]


def listed(titles: Sequence[str]) -> str:
    """Titles in the middle of a sentence: stars, downloads and papers."""
    words = [lowered(t) for t in titles]
    return words[0] if len(words) == 1 else ", ".join(words[:-1]) + " and " + words[-1]
