"""Building blocks of rules over dated, cited facts: milestones, adopters, bindings, platforms, signs of life (pure)."""

import re
from collections.abc import Sequence
from datetime import date, timedelta

from catalog.models import Binding, Milestone
from language.lists import commas, semicolons
from language.words import N_, _
from verdicts.model import Evidence, Facts, State
from verdicts.wording import binding, dated, on, redated, still

LOOKED_UP = date(2026, 11, 21)
"""The day the catalogue's undated states (who still uses what, which binding is alive) were looked up."""
RECENT = timedelta(days=730)
ENDS = ("deprecation", "archive")
GONE = ("dead", "ended", "archived")
QUIET = ("dormant", *GONE)


def milestones(facts: Facts, system: str, *kinds: str) -> list[Milestone]:
    """The dated facts of a system by the day, oldest first; of some kinds, where named."""
    known = [one for one in facts.catalog.milestones if one.system == system and one.date.last <= facts.at]
    return sorted((one for one in known if not kinds or one.kind in kinds), key=lambda one: one.date)


def cited(one: Milestone, supports: bool | None) -> Evidence:
    """A milestone as evidence."""
    what = dated(one)
    if one.seen != "page itself":
        what = _("{what} (quoted)", what=what)
    return Evidence("catalogue", one.url, str(one.date), what, supports, one.date.first)


def fact(facts: Facts, system: str, day: str) -> Milestone | None:
    """The milestone of a system dated just so, if that day has come."""
    return next((one for one in milestones(facts, system) if str(one.date) == day), None)


def ended_with(facts: Facts, system: str, day: str, since: str = "") -> State:
    """Not met from a dated fact on, met before it, once a fact says that it was there; both are citations.

    ``since`` is the day of the fact with which it began, where that is not the project's first one.
    """
    one = fact(facts, system, day)
    if one is not None:
        return State(False, dated(one), (cited(one, False),), until=one.date.first)
    later = [each for each in facts.catalog.milestones if each.system == system and str(each.date) == day]
    if not later:
        return State(None, "", (), (_("a dated fact of {system} of {day} in the catalogue", system=system, day=day),))
    begun = [each for each in milestones(facts, system) if str(each.date) >= since]
    if not begun:
        there = _("a dated fact of {system} by {day} that says it was there already", system=system, day=on(facts.at))
        return State(None, "", (), (there,))
    says = semicolons([dated(begun[0]), _("nothing by {day} ended it", day=on(facts.at))])
    return State(True, says, (cited(begun[0], True),))


def alive(facts: Facts, system: str) -> State:
    """Whether a project goes on: not once cited as ended or collected as archived, else by a sign within two years."""
    ends = milestones(facts, system, *ENDS)
    archived = _last(facts, "archived", system)
    if ends:
        shown = tuple(cited(one, False) for one in ends)
        return State(False, dated(ends[0]), shown, until=ends[0].date.first)
    if archived is not None and archived[1] > 0:
        what = _("{system}: archived", system=system)
        seen = Evidence("series", f"archived/{system}/{archived[2]}", "archived", what, False, archived[0])
        return State(False, _("{system} was archived by {day}", system=system, day=on(archived[0])), (seen,))
    signs = [cited(one, True) for one in milestones(facts, system, "release")]
    signs += [_release(system, day) for day in facts.released.get(system, ()) if day <= facts.at]
    if archived is not None:
        ref, value = f"archived/{system}/{archived[2]}", "not archived"  # untranslated: a value of the data
        signs.append(Evidence("series", ref, value, _("{system}: not archived", system=system), True, archived[0]))
    newest = max(signs, key=lambda one: one.day or date.min, default=None)
    if newest is not None and newest.day is not None and facts.at - newest.day <= RECENT:
        return State(True, _("{system}: {what}", system=system, what=newest.what), (newest,))
    missing = _("a sign of life of {system} within two years", system=system)
    if newest is not None and newest.day is not None:
        missing = semicolons([missing, _("the last one known is of {day}", day=on(newest.day))])
    return State(None, "", (newest,) if newest else (), (missing,), "framescope collect github package_index")


def uses(facts: Facts, company: str, system: str) -> State:
    """Whether a company uses a system: by what was looked up of its adoptions."""
    found = [one for one in facts.catalog.adoptions if one.company == company and one.system == system]
    found = [one for one in found if one.date.first <= facts.at]
    if not found:
        return State(None, "", (), (_("a cited adoption of {system} by {company}", system=system, company=company),))
    newest = max(found, key=lambda one: one.date)
    looked = facts.at >= LOOKED_UP
    met = {"yes": True, "likely": True, "partly": True, "no": False}.get(newest.still) if looked else True
    says = _("{company}, {day}: {what}", company=company, day=on(newest.date), what=_(newest.what))
    if looked:
        says = _("{adopted}, still: {still}", adopted=says, still=still(newest.still))
    shown = Evidence(
        "catalogue", newest.url, newest.still if looked else str(newest.date), says, met, newest.date.first
    )
    missing = _("a statement of {company} later than {day}", company=company, day=on(newest.date))
    return State(met, says, (shown,), () if met is not None else (missing,))


def bound(facts: Facts, system: str, language: str, *, gone: Sequence[str] = GONE) -> State:
    """Whether a system can be used from a language by a binding that has not ended."""
    word = re.compile(rf"(?<!\w){re.escape(language)}(?![\w+#])")  # Java is not JavaScript
    found = [one for one in facts.catalog.bindings if one.system == system and word.search(one.language)]
    if facts.at < LOOKED_UP or not found:
        missing = _(
            "the state of {system} from {language} on {day}", system=system, language=language, day=on(facts.at)
        )
        return State(None, "", (), (missing,))
    met = any(one.state not in (*gone, "unknown") for one in found)
    shown = tuple(
        Evidence(
            "catalogue",
            one.url,
            one.state,
            bound_words(one),
            one.state not in gone,
            LOOKED_UP,
        )
        for one in found
    )
    states = commas(binding(one.state) for one in found)
    says = _("{system} from {language}: {states}", system=system, language=language, states=states)
    return State(met, says, shown)


def bound_words(one: Binding) -> str:
    """A binding with its language, how it fares and what was seen of it last."""
    told = {"name": one.name, "language": _(one.language), "state": binding(one.state), "last": redated(_(one.last))}
    return _("{name} ({language}): {state}, {last}", **told)


def runs_on(facts: Facts, system: str, platform: str) -> State:
    """Whether a system has official support of a platform that was not ended."""
    found = [
        one for one in facts.catalog.platforms if one.system == system and platform.lower() in one.platform.lower()
    ]
    if facts.at < LOOKED_UP or not found:
        missing = _(
            "the support of {platform} by {system} on {day}", platform=_(platform), system=system, day=on(facts.at)
        )
        return State(None, "", (), (missing,))
    met = any(one.official and not one.until for one in found)
    shown = tuple(
        Evidence(
            "catalogue",
            one.url,
            one.until or "supported",
            _("{platform}: {how}", platform=_(one.platform), how=_(one.how)),
            one.official and not one.until,
            LOOKED_UP,
        )
        for one in found
    )
    said = N_("{system} on {platform}: supported") if met else N_("{system} on {platform}: not supported any more")
    return State(met, _(said, system=system, platform=_(platform)), shown)


def _release(system: str, day: date) -> Evidence:
    ref = f"releases of {system}"  # untranslated: a reference
    return Evidence("catalogue", ref, day.isoformat(), _("a release on {day}", day=on(day)), True, day)


def _last(facts: Facts, metric: str, system: str) -> tuple[date, float, str] | None:
    """Day, value and source of the newest point of a metric of one system."""
    found = [
        (point.day, point.value, line.source)
        for line in facts.lines.get(metric, ())
        if line.system == system
        for point in facts.points(line)
    ]
    return max(found, default=None)
