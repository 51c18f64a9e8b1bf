"""Reading from the store what the criteria look at, once for all situations."""

from datetime import date

from catalog.load import Catalog
from dashboard.analysis.board import board
from dashboard.analysis.choice.ground import PACKAGES
from dashboard.analysis.choice.model import FRAMEWORKS, Known, Scores
from dashboard.analysis.choice.registry import RULES
from db import read
from db.engine import Session
from verdicts import gather
from verdicts.judging import judge_all
from verdicts.ledger import chosen
from verdicts.model import Facts, Rule, State


def known(session: Session, catalog: Catalog, at: date) -> Known:
    """What the store and the catalogue hold of all criteria, as of a day."""
    claims = chosen([rule.claim for rule in RULES if rule.claim])
    facts = gather.gather(session, catalog, [*claims, *_readers()], at)
    rows = board(catalog, read.board_evidence(session), at)
    findings = {found.claim: found for found in judge_all(claims, facts)}
    wheels = read.package_wheels(session, sorted(PACKAGES.values()))
    return Known(facts, {row.system.slug: row for row in rows}, wheels, findings)


def scored(known: Known) -> dict[str, Scores]:
    """The ranges of every criterion, by its slug."""
    return {rule.criterion: rule.score(known) for rule in RULES}


def _readers() -> list[Rule]:
    """What the criteria read, declared as the ledger's rules declare it."""
    reads = tuple((metric, FRAMEWORKS) for rule in RULES for metric in rule.reads)
    return [
        Rule("", _undecided, "probe", "share", "", reads=reads),
        Rule("", _undecided, "benchmark", "share", ""),
    ]


def _undecided(facts: Facts) -> State:  # noqa: ARG001  # it is never asked: it only declares what to read
    return State(None, "")
