"""From a rule's answers at several days to one of four verdicts (pure)."""

from collections.abc import Sequence
from datetime import date

from verdicts.model import Facts, Finding, Rule, State, Verdict

FIRST_YEAR = 2015
"""The year the older of the two frameworks came out: no claim can have held before it."""


def judge(rule: Rule, facts: Facts, year: int) -> Finding:
    """Decide a claim made in a year, as of the day of the facts.

    It holds if it is met on that day. If not, it never held where it was not met at the end of the article's year nor
    of any year before, and nothing says when it ended; where nothing tells how it was, the article's word is taken.
    """
    now = rule.decide(facts)
    if rule.past:
        verdict: Verdict = "cannot tell" if now.met is None else "holds" if now.met else "never held"
        return Finding(rule.claim, verdict, facts.at, now, None, _missing(now), rule)
    then = rule.decide(facts.as_of(min(date(year, 12, 31), facts.at)))
    if now.met is not False:
        return Finding(rule.claim, "holds" if now.met else "cannot tell", facts.at, now, then, _missing(now), rule)
    verdict, note = _fallen(rule, facts, now, then, year)
    return Finding(rule.claim, verdict, facts.at, now, then, note, rule)


def judge_all(rules: Sequence[Rule], facts: Facts) -> list[Finding]:
    """Decide the claims of these rules, in their order."""
    claims, articles = facts.catalog.claims, facts.catalog.articles
    return [judge(rule, facts, articles[claims[rule.claim].article].year) for rule in rules]


def _fallen(rule: Rule, facts: Facts, now: State, then: State, year: int) -> tuple[Verdict, str]:
    if now.until is not None:
        early = f", before the article of {year}" if now.until.year < year else ""
        return "no longer holds", f"It was so until {now.until.isoformat()}{early}."
    if then.met:
        return "no longer holds", f"It was so at the end of {min(year, facts.at.year)}."
    earlier = [y for y in range(min(year, facts.at.year) - 1, FIRST_YEAR - 1, -1) if _met(rule, facts, y)]
    if earlier:
        return "no longer holds", f"It was so at the end of {earlier[0]}, and no longer when the article appeared."
    if then.met is False:
        return (
            "never held",
            f"It was not so at the end of {min(year, facts.at.year)} either, nor earlier as far as is known.",
        )
    return "no longer holds", f"Nothing kept here tells how it was in {year}: that it was so is the article's word."


def _met(rule: Rule, facts: Facts, year: int) -> bool:
    return rule.decide(facts.as_of(date(year, 12, 31))).met is True


def _missing(now: State) -> str:
    return f"Missing: {'; '.join(now.missing)}." if now.missing and now.met is None else ""
