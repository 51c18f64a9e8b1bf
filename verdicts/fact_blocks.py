"""Building blocks of rules over dated, cited facts: milestones, adopters, bindings, platforms, signs of life (pure)."""

import re
from collections.abc import Sequence
from datetime import date, timedelta

from catalog.models import Milestone
from verdicts.model import Evidence, Facts, State

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
    quoted = "" if one.seen == "page itself" else " (quoted)"
    return Evidence("catalogue", one.url, str(one.date), f"{one.date}: {one.title}{quoted}", supports, one.date.first)


def fact(facts: Facts, system: str, day: str) -> Milestone | None:
    """The milestone of a system dated just so, if that day has come."""
    return next((one for one in milestones(facts, system) if str(one.date) == day), None)


def ended_with(facts: Facts, system: str, day: str, since: str = "") -> State:
    """Not met from a dated fact on, met before it, once a fact says that it was there; both are citations.

    ``since`` is the day of the fact with which it began, where that is not the project's first one.
    """
    one = fact(facts, system, day)
    if one is not None:
        return State(False, f"{one.date}: {one.title}", (cited(one, False),), until=one.date.first)
    later = [each for each in facts.catalog.milestones if each.system == system and str(each.date) == day]
    if not later:
        return State(None, "", (), (f"a dated fact of {system} of {day} in the catalogue",))
    begun = [each for each in milestones(facts, system) if str(each.date) >= since]
    if not begun:
        return State(None, "", (), (f"a dated fact of {system} by {facts.at} that says it was there already",))
    return State(True, f"{begun[0].date}: {begun[0].title}; nothing by {facts.at} ended it", (cited(begun[0], True),))


def alive(facts: Facts, system: str) -> State:
    """Whether a project goes on: not once cited as ended or collected as archived, else by a sign within two years."""
    ends = milestones(facts, system, *ENDS)
    archived = _last(facts, "archived", system)
    if ends:
        return State(
            False,
            f"{ends[0].date}: {ends[0].title}",
            tuple(cited(one, False) for one in ends),
            until=ends[0].date.first,
        )
    if archived is not None and archived[1] > 0:
        seen = Evidence(
            "series", f"archived/{system}/{archived[2]}", "archived", f"{system}: archived", False, archived[0]
        )
        return State(False, f"{system} was archived by {archived[0]}", (seen,))
    signs = [cited(one, True) for one in milestones(facts, system, "release")]
    signs += [_release(system, day) for day in facts.released.get(system, ()) if day <= facts.at]
    if archived is not None:
        signs.append(
            Evidence(
                "series",
                f"archived/{system}/{archived[2]}",
                "not archived",
                f"{system}: not archived",
                True,
                archived[0],
            )
        )
    newest = max(signs, key=lambda one: one.day or date.min, default=None)
    if newest is not None and newest.day is not None and facts.at - newest.day <= RECENT:
        return State(True, f"{system}: {newest.what}", (newest,))
    seen_last = f"; the last one known is of {newest.day}" if newest else ""
    return State(
        None,
        "",
        (newest,) if newest else (),
        (f"a sign of life of {system} within two years{seen_last}",),
        "framescope collect github package_index",
    )


def uses(facts: Facts, company: str, system: str) -> State:
    """Whether a company uses a system: by what was looked up of its adoptions."""
    found = [one for one in facts.catalog.adoptions if one.company == company and one.system == system]
    found = [one for one in found if one.date.first <= facts.at]
    if not found:
        return State(None, "", (), (f"a cited adoption of {system} by {company}",))
    newest = max(found, key=lambda one: one.date)
    looked = facts.at >= LOOKED_UP
    met = {"yes": True, "likely": True, "partly": True, "no": False}.get(newest.still) if looked else True
    state = f", still: {newest.still}" if looked else ""
    says = f"{company}, {newest.date}: {newest.what}{state}"
    shown = Evidence(
        "catalogue", newest.url, newest.still if looked else str(newest.date), says, met, newest.date.first
    )
    return State(
        met, says, (shown,), () if met is not None else (f"a statement of {company} later than {newest.date}",)
    )


def bound(facts: Facts, system: str, language: str, *, gone: Sequence[str] = GONE) -> State:
    """Whether a system can be used from a language by a binding that has not ended."""
    word = re.compile(rf"(?<!\w){re.escape(language)}(?![\w+#])")  # Java is not JavaScript
    found = [one for one in facts.catalog.bindings if one.system == system and word.search(one.language)]
    if facts.at < LOOKED_UP or not found:
        return State(None, "", (), (f"the state of {system} from {language} on {facts.at}",))
    met = any(one.state not in (*gone, "unknown") for one in found)
    shown = tuple(
        Evidence(
            "catalogue",
            one.url,
            one.state,
            f"{one.name} ({one.language}): {one.state}, {one.last}",
            one.state not in gone,
            LOOKED_UP,
        )
        for one in found
    )
    return State(met, f"{system} from {language}: {', '.join(one.state for one in found)}", shown)


def runs_on(facts: Facts, system: str, platform: str) -> State:
    """Whether a system has official support of a platform that was not ended."""
    found = [
        one for one in facts.catalog.platforms if one.system == system and platform.lower() in one.platform.lower()
    ]
    if facts.at < LOOKED_UP or not found:
        return State(None, "", (), (f"the support of {platform} by {system} on {facts.at}",))
    met = any(one.official and not one.until for one in found)
    shown = tuple(
        Evidence(
            "catalogue",
            one.url,
            one.until or "supported",
            f"{one.platform}: {one.how}",
            one.official and not one.until,
            LOOKED_UP,
        )
        for one in found
    )
    return State(met, f"{system} on {platform}: {'supported' if met else 'not supported any more'}", shown)


def _release(system: str, day: date) -> Evidence:
    return Evidence("catalogue", f"releases of {system}", day.isoformat(), f"a release on {day}", True, day)


def _last(facts: Facts, metric: str, system: str) -> tuple[date, float, str] | None:
    """Day, value and source of the newest point of a metric of one system."""
    found = [
        (point.day, point.value, line.source)
        for line in facts.lines.get(metric, ())
        if line.system == system
        for point in facts.points(line)
    ]
    return max(found, default=None)
