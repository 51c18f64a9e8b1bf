"""From a rule's answers at several days to one of four verdicts (pure)."""

import re
from collections.abc import Sequence
from datetime import date

from language.lists import semicolons
from language.words import N_, _
from verdicts.model import Facts, Finding, Rule, State, Verdict
from verdicts.wording import on

FELL: Verdict = "no longer holds"  # untranslated: a key
NEVER: Verdict = "never held"  # untranslated: a key
OPEN: Verdict = "cannot tell"  # untranslated: a key
LATE = (
    N_("It was so until {day}, before the article of {year}."),
    N_("It was so at the end of {year}, and no longer when the article appeared."),
)
"""The notes on what was out of date when its article appeared; the store keeps a note, in English, and no more."""
FIRST_YEAR = 2015
"""The year the older of the two frameworks came out: no claim can have held before it."""


def judge(rule: Rule, facts: Facts, year: int) -> Finding:
    """Decide a claim made in a year, as of the day of the facts.

    It holds if it is met on that day. If not, it never held where it was not met at the end of the article's year nor
    of any year before, and nothing says when it ended; where nothing tells how it was, the article's word is taken.
    """
    now = rule.decide(facts)
    if rule.past:
        verdict: Verdict = OPEN if now.met is None else "holds" if now.met else NEVER
        return Finding(rule.claim, verdict, facts.at, now, None, _missing(now), rule)
    then = rule.decide(facts.as_of(min(date(year, 12, 31), facts.at)))
    if now.met is not False:
        return Finding(rule.claim, "holds" if now.met else OPEN, facts.at, now, then, _missing(now), rule)
    verdict, note, outdated = _fallen(rule, facts, now, then, year)
    return Finding(rule.claim, verdict, facts.at, now, then, note, rule, outdated)


def judge_all(rules: Sequence[Rule], facts: Facts) -> list[Finding]:
    """Decide the claims of these rules, in their order."""
    claims, articles = facts.catalog.claims, facts.catalog.articles
    return [judge(rule, facts, articles[claims[rule.claim].article].year) for rule in rules]


def was_late(note: str) -> bool:
    """Whether a verdict that was kept with this note says that the claim was out of date when it was published."""
    return any(re.fullmatch(re.sub(r"\\{\w+\\}", r"[\\d-]+", re.escape(form)), note) for form in LATE)


def _fallen(rule: Rule, facts: Facts, now: State, then: State, year: int) -> tuple[Verdict, str, bool]:
    """The verdict on what is not so now, why, and whether it was out of date when the article appeared."""
    if now.until is not None:
        day = on(now.until)
        if now.until.year < year:
            return FELL, _(LATE[0], day=day, year=year), True
        return FELL, _("It was so until {day}.", day=day), False
    asked = min(year, facts.at.year)
    if then.met:
        return FELL, _("It was so at the end of {year}.", year=asked), False
    earlier = [y for y in range(asked - 1, FIRST_YEAR - 1, -1) if _met(rule, facts, y)]
    if earlier:
        return FELL, *_ended(rule, facts, then, earlier[0], asked)
    if then.met is False:
        said = N_("It was not so at the end of {year} either, nor earlier as far as is known.")
        return NEVER, _(said, year=asked), False
    said = N_("Nothing kept here tells how it was in {year}: that it was so is the article's word.")
    return FELL, _(said, year=year), False


def _ended(rule: Rule, facts: Facts, then: State, last: int, year: int) -> tuple[str, bool]:
    """Of what was so at the end of a year before the article's: how that is said, and whether it is known to be late.

    The article may have appeared on any day of its year, so what was so until then was not out of date for certain.
    """
    if rule.decide(facts.as_of(date(year - 1, 12, 31))).met is False:
        return _(LATE[1], year=last), True
    if then.met is False:
        said = N_("It was so at the end of {before}, and no longer at the end of {year}, the article's own year.")
        return _(said, before=last, year=year), False
    said = N_("It was so at the end of {year}; nothing kept here tells how it was when the article appeared.")
    return _(said, year=last), False


def _met(rule: Rule, facts: Facts, year: int) -> bool:
    return rule.decide(facts.as_of(date(year, 12, 31))).met is True


def _missing(now: State) -> str:
    return _("Missing: {what}.", what=semicolons(now.missing)) if now.missing and now.met is None else ""
