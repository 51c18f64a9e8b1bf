"""What a chart or a page says in words, made from the figures."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import reduce
from typing import NamedTuple

from dashboard import format as fmt
from dashboard.analysis.leads import Lead
from dashboard.analysis.speed import Verdicts
from language.blanks import settled
from language.catalogues import SOURCE
from language.lists import aside, semicolons
from language.words import CHINESE, N_, _, _n, _p, current, filled

OLD_YEARS = 3
PRESENT_MONTHS = 15
MANY = 3
SIGNALS = "#signals"


class Part(NamedTuple):
    """A piece of a sentence, and the address of what it rests on, where it has one."""

    text: str
    link: str = ""


def woven(text: str, **parts: Part | Sequence[Part]) -> list[Part]:
    """A sentence as `_` says it, with parts in the places it names; empty pieces between them fall away."""
    made: list[tuple[Part, bool]] = []
    for index, piece in enumerate(re.split(r"\{(\w+)\}", text)):
        given = parts[piece] if index % 2 else Part(piece)
        made += [(one, bool(index % 2)) for one in ([given] if isinstance(given, Part) else given) if one.text]
    texts = [(one.text, put) for one, put in made]
    said = settled(texts) if current() == CHINESE else [one for one, _put in texts]
    return [one._replace(text=told) for (one, _put), told in zip(made, said, strict=True) if told]


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
    first, second = (names.get(slug, slug) for slug in pair)
    leader, other = (first, second) if found.leader == pair[0] else (second, first)
    now = fmt.months_between(found.newest, today) < PRESENT_MONTHS
    told = {"leader": leader, "other": other, "metric": lowered(metric), "month": fmt.month(found.since)}
    told |= {"end": fmt.month(found.newest)}
    if found.periods == 1:
        return _once(found, told)
    if found.leader is None and now:
        return _("{leader} and {other} are level in {metric}", **told | {"leader": first, "other": second})
    if found.leader is None:
        said = _("{leader} and {other} were level in {metric} when the figures end in {end}")
        return filled(said, **told | {"leader": first, "other": second})
    if found.changed and now:
        return _("{leader} is ahead of {other} in {metric} since {month}, when what is counted changed", **told)
    if found.changed:
        said = _("{leader} was ahead of {other} in {metric} since {month}, when what is counted changed, until {end}")
        return filled(said, **told)
    if not found.throughout:
        return _passed(found, told, now)
    if now and found.periods >= MANY:
        return _("{leader} is ahead of {other} in {metric} in every period since {month}", **told)
    return _("{leader} was ahead of {other} in {metric} from {month} until the figures end in {end}", **told)


def narrowed(name: str, definition: str) -> str:
    """A name with the definition that narrows it, where there is one."""
    return aside(name, definition) if definition else name


def _once(found: Lead, told: dict[str, str]) -> str:
    """What the one period there is says: in its month, or from the first of its months to the last."""
    first, last = fmt.month(found.since), fmt.month(found.at)
    when = _("In {month}", month=last) if first == last else _("From {first} to {last}", first=first, last=last)
    if found.leader:
        return _("{when} {leader} was ahead of {other} in {metric}", when=when, **told)
    return _("{when} {other} and {leader} were level in {metric}", when=when, **told)


def _passed(found: Lead, told: dict[str, str], now: bool) -> str:
    """Who passed whom and when; where figures were missing then, the months between which it was."""
    when = _("in {month}", month=told["month"])
    if found.before is not None:
        when = _("between {before} and {month}", before=fmt.month(found.before), month=told["month"])
    if now:
        return _("{leader} passed {other} in {metric} {when}", when=when, **told)
    if told["end"] == told["month"]:
        return _("{leader} passed {other} in {metric} {when}; the figures end then", when=when, **told)
    return _("{leader} passed {other} in {metric} {when}; the figures end in {end}", when=when, **told)


def answer(standings: Sequence[Standing], names: dict[str, str], pair: tuple[str, str], today: date) -> str:
    """The sentence the overview opens with: who leads on how many of the signals whose figures are not old."""
    return "".join(part.text for part in answer_parts(standings, names, pair, today))


def answer_parts(
    standings: Sequence[Standing], names: dict[str, str], pair: tuple[str, str], today: date
) -> list[Part]:
    """The sentence in parts: the count leads to the table of signals, a signal that is named to its own figures."""
    told, years = [s for s in standings if s.lead is not None and not is_old(s.lead, today)], fmt.words(OLD_YEARS)
    if not any(s.lead for s in standings):
        return [Part(_("No figures of both are in the store yet, so nobody can be said to lead."))]
    if not told:
        return [Part(_("No figures of the last {years} years, so nobody can be said to lead.", years=years))]
    won = {slug: [s for s in told if s.lead and s.lead.leader == slug] for slug in pair}
    level = [s for s in told if s.lead and s.lead.leader is None]
    ahead, behind = sorted(pair, key=lambda slug: -len(won[slug]))
    said = {"ahead": Part(names[ahead]), "behind": Part(names[behind]), "years": Part(years)}
    if len(won[ahead]) == len(won[behind]):
        many = _n("{n} signal", "{n} signals", len(won[ahead]), n=fmt.words(len(won[ahead])))
        text = _("{ahead} and {behind} each lead on {signals} of the {total} with figures of the last {years} years.")
        said |= {"ahead": Part(names[pair[0]]), "behind": Part(names[pair[1]])}
        return woven(text, signals=Part(many, SIGNALS), total=Part(fmt.words(len(told))), **said)
    text = _LEADS[bool(won[behind]), bool(level)]
    counted = Part(_of(len(won[ahead]), len(told)), SIGNALS)
    return woven(_(text), signals=counted, others=_listed_parts(won[behind]), level=_listed_parts(level), **said)


_LEADS = {
    (False, False): N_("{ahead} leads on {signals} with figures of the last {years} years."),
    (True, False): N_(
        "{ahead} leads on {signals} with figures of the last {years} years; {behind} still leads on {others}."
    ),
    (False, True): N_(
        "{ahead} leads on {signals} with figures of the last {years} years; the two are level on {level}."
    ),
    (True, True): N_(
        "{ahead} leads on {signals} with figures of the last {years} years; {behind} still leads on {others}; the two "
        "are level on {level}."
    ),
}
"""The overview's sentence: whether the other leads on any, whether they are level on any."""


def _listed_parts(named: Sequence[Standing]) -> list[Part]:
    """What `listed` says, each title with the way to its figures."""
    made = [[Part(lowered(one.title), one.link)] for one in named]
    if len(made) < 2:
        return [part for one in made for part in one]
    before = reduce(lambda left, right: woven(_p("list", "{a}, {b}"), a=left, b=right), made[:-1])
    return woven(_p("list", "{a} and {b}"), a=before, b=made[-1])


def old_answer(standings: Sequence[Standing], names: dict[str, str], today: date) -> str:
    """What signals said whose figures ended years ago; empty if there are none."""
    old = [s for s in standings if s.lead is not None and is_old(s.lead, today)]
    if not old:
        return ""
    said = [_ended(s.title, s.lead, names) for s in old if s.lead is not None]
    every = reduce(lambda left, right: _p("list", "{a}; {b}", a=left, b=right), said)
    years = fmt.words(OLD_YEARS)
    return _("Not counted, because their figures are over {years} years old: {signals}.", years=years, signals=every)


def _ended(title: str, found: Lead, names: dict[str, str]) -> str:
    told = {"signal": lowered(title), "month": fmt.month(found.newest)}
    if found.leader is None:
        return _("{signal} ended in {month} with nobody ahead", **told)
    return _("{signal} ended in {month} with {leader} ahead", leader=names.get(found.leader, found.leader), **told)


def is_old(found: Lead, today: date) -> bool:
    """Whether the figures of a lead ended too long ago to be called a lead."""
    return fmt.months_between(found.newest, today) >= OLD_YEARS * 12


def speed_answer(verdicts: Verdicts, names: dict[str, str], pair: tuple[str, str], machines: int = 1) -> str:
    """The sentence on speed, every workload counted once; empty where nothing has been measured.

    Where modes disagree it names no winner. ``machines`` is how many made the measurements that are counted: of
    several, no one need have measured every workload.
    """
    what = _speed_said(verdicts, names, pair)
    if not what:
        return ""
    if machines < 2:
        return _("On the machine measured, {what}.", what=what)
    return _("In the newest measurements of {n} machines, {what}.", n=fmt.words(machines), what=what)


def _speed_said(verdicts: Verdicts, names: dict[str, str], pair: tuple[str, str]) -> str:
    total = verdicts.first + verdicts.second + verdicts.level + verdicts.mixed
    if total == 0:
        return ""
    many = _n("{n} workload", "{n} workloads", total, n=fmt.words(total))
    if verdicts.mixed == total == 1:
        return _("which of the two is faster depends on the mode, eager or compiled")
    if verdicts.mixed == total:
        return _("which of the two is faster depends on the mode in all {many}, eager or compiled", many=many)
    if verdicts.level == total:
        return _("no difference is large enough to call ({many})", many=many)
    return semicolons(_speed_clauses(verdicts, names, pair, total))


def _speed_clauses(verdicts: Verdicts, names: dict[str, str], pair: tuple[str, str], total: int) -> list[str]:
    """Every workload in one clause: who is faster in how many, the other too, what depends on the mode, the rest."""
    many = _n("{n} workload", "{n} workloads", total, n=fmt.words(total))
    won = {pair[0]: verdicts.first, pair[1]: verdicts.second}
    leader, other = sorted(pair, key=lambda slug: -won[slug])
    told = {"leader": names[leader], "other": names[other], "many": many, "wins": fmt.words(won[leader])}
    if not won[leader]:
        said = [_("neither is faster throughout in any of {many}", **told)]
    elif won[leader] == won[other]:
        said = [_("{leader} and {other} are each faster in {wins} of {many}", **told)]
    else:
        share = _("the one workload") if total == 1 else _("{wins} of {many}", **told)
        said = [_("{leader} is faster in {share}", share=share, **told)]
        said += [_("{other} in {n}", n=fmt.words(won[other]), **told)] if won[other] else []
    if verdicts.mixed:
        said.append(_("in {mixed} it depends on the mode, eager or compiled", mixed=fmt.words(verdicts.mixed)))
    if verdicts.level:
        rest = _n("{n} has no clear winner", "{n} have no clear winner", verdicts.level, n=fmt.words(verdicts.level))
        said.append(rest)
    return said


def _of(part: int, whole: int) -> str:
    if part == whole == 1:
        return _("the one signal")
    many = _n("{n} signal", "{n} signals", whole, n=fmt.words(whole))
    return (
        _("all {many}", many=many)
        if part == whole
        else _p("signals", "{part} of {many}", part=fmt.words(part), many=many)
    )


def lowered(words: str) -> str:
    """A title in the middle of a sentence: package downloads, but GitHub stars; in Chinese it stays as it is."""
    names = ("GitHub", "Stack Overflow", "Hugging Face", "Wikipedia", "MLPerf", "Hacker News")  # untranslated: names
    return words if words.startswith(names) or current() != SOURCE else words[:1].lower() + words[1:]


def listed(titles: Sequence[str]) -> str:
    """Titles in the middle of a sentence: stars, downloads and papers."""
    return "".join(part.text for part in _listed_parts([Standing(title, None) for title in titles]))
