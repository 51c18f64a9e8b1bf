"""When one system passed the other in a signal: the first and the last day on which that can have been; pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import reduce

import pandas as pd

from dashboard import format as fmt
from dashboard.analysis.finding import is_old, listed, lowered
from dashboard.analysis.leads import LEVEL, unseen
from dashboard.analysis.shares import PAIR
from dashboard.analysis.signals import Signal
from dashboard.analysis.tidy import crosses
from language.lists import either
from language.words import _, _p, filled


@dataclass(frozen=True, slots=True)
class Crossing:
    """The way ``leader`` came to lead: between ``first`` and ``last``, after so many ``times`` of changing hands.

    ``first`` is the last day known before it was ahead for the first time, ``last`` the first day known of the lead
    that has lasted. ``changed`` says that a break lies there, so that it may be the counting that changed hands.
    """

    leader: str
    first: date
    last: date
    times: int
    changed: bool = False


def crossing(shares: pd.DataFrame, pair: tuple[str, str] = PAIR, breaks: Sequence[date] = ()) -> Crossing | None:
    """Read it off a share over time (as `shares.pair_shares` makes it); None where nobody passed, or all is level."""
    if shares.empty or abs(float(shares["share"].iloc[-1]) - 0.5) <= LEVEL:
        return None
    ahead = (shares["share"] > 0.5) == (shares["share"].iloc[-1] > 0.5)
    if ahead.all():
        return None
    behind = list(shares.index[~ahead])
    first = next(index for index in shares.index if ahead[index] and index > behind[0])
    last = behind[-1] + 1
    times = int((ahead.astype(int).diff().abs() == 1).sum())
    changed = crosses(shares["start"].loc[first - 1], shares["start"].loc[last], breaks)
    leader = pair[0] if shares["share"].iloc[-1] > 0.5 else pair[1]
    return Crossing(leader, shares["last"].loc[first - 1].date(), shares["at"].loc[last].date(), times, changed)


def between(found: Crossing) -> str:
    """The two dates in words, as `leads.lead` has them: in Mar 2024, or between Feb 2023 and Mar 2024."""
    first, last = fmt.month(found.first), fmt.month(found.last)
    if first == last or (found.times == 1 and not unseen(found.first, found.last)):
        return _("in {month}", month=last)
    return _("between {before} and {month}", before=first, month=last)


def disagreement(
    signals: Sequence[Signal], names: Mapping[str, str], today: date, pair: tuple[str, str] = PAIR
) -> tuple[str, str]:
    """Two sentences on the signals with recent figures: who leads on which of them, and when the one passed the other.

    The second counts signals that have ended too, as that one passed the other stays so; it is empty where fewer than
    two saw the same one pass.
    """
    told = [one for one in signals if one.lead is not None and not is_old(one.lead, today)]
    if not told:
        return _("No signal has recent figures of both, so there is nothing to agree on."), ""
    by = {slug: [one.title for one in told if one.lead and one.lead.leader == slug] for slug in pair}
    level = [one.title for one in told if one.lead and one.lead.leader is None]
    return _who(by, level, names, len(told)), _when(signals, names, pair)


def _who(by: Mapping[str, list[str]], level: list[str], names: Mapping[str, str], many: int) -> str:
    parts = [
        _("{leader} leads on {signals}", leader=names[slug], signals=listed(won)) for slug, won in by.items() if won
    ]
    if level:
        parts.append(_("the two are level on {signals}", signals=listed(level)))
    says = reduce(lambda left, right: _p("list", "{a}; {b}", a=left, b=right), parts)
    if many == 1:
        return _("Only one signal has recent figures of both: {says}.", says=says)
    if len(parts) > 1:
        return _("The signals disagree: {says}.", says=says)
    return _("The signals agree on who leads: {says}.", says=says)


def _when(signals: Sequence[Signal], names: Mapping[str, str], pair: tuple[str, str]) -> str:
    """Who may have come first and last: two whose days overlap are both named, as nobody knows which was before."""
    found = [(made, one.title) for one in signals if (made := _crossing_of(one, pair)) is not None and not made.changed]
    leaders = {made.leader for made, _title in found}
    if len(found) < 2 or len(leaders) != 1:
        return ""
    surely, latest = min(made.last for made, _title in found), max(made.first for made, _title in found)
    firsts = [one for one in found if one[0].first < surely or one[0].last == surely]
    lasts = [one for one in found if one[0].last > latest or one[0].first == latest]
    if len(firsts) == len(found) or len(lasts) == len(found):
        return _("Which signal saw {leader} pass {other} first is not known.", **_pair_of(found[0][0], names, pair))
    early = _within(firsts, min(made.first for made, _title in firsts), surely)
    late = _within(lasts, latest, max(made.last for made, _title in lasts))
    said = _pair_of(early, names, pair) | {"early": between(early), "late": between(late)}
    said |= {"first": either(lowered(title) for _made, title in firsts)}
    said |= {"last": either(lowered(title) for _made, title in lasts)}
    if late.first > early.last:
        text = _(
            "{leader} passed {other} first in {first}, {early}, and last in {last}, {late}: at least {apart} apart."
        )
        return filled(text, apart=fmt.span(early.last, late.first), **said)
    return _("{leader} passed {other} first in {first}, {early}, and last in {last}, {late}.", **said)


def _pair_of(found: Crossing, names: Mapping[str, str], pair: tuple[str, str]) -> dict[str, str]:
    return {"leader": names[found.leader], "other": names[pair[1] if found.leader == pair[0] else pair[0]]}


def _within(group: Sequence[tuple[Crossing, str]], first: date, last: date) -> Crossing:
    """The time in which the first, or the last, of them was."""
    return group[0][0] if len(group) == 1 else replace(group[0][0], first=first, last=last, times=2)


def _crossing_of(one: Signal, pair: tuple[str, str]) -> Crossing | None:
    return crossing(one.shares, pair, [cut.when for cut in one.cuts if cut.severs])
