"""The ledger: every claim's verdict as of a day, as documents for JSON and pages, and kept where one changed."""

import logging
from collections.abc import Sequence
from dataclasses import asdict
from datetime import date
from difflib import get_close_matches
from typing import Any

from catalog.load import Catalog, load_catalog
from db import clock, read, write
from db.engine import Engine, Session, reading, writing
from db.errors import StoreError, UnknownName
from db.write import Decided
from language.catalogues import SOURCE as ENGLISH
from language.lists import sentences
from language.words import _, speaking
from verdicts.gather import gather
from verdicts.judging import judge_all
from verdicts.model import VERDICTS as VERDICTS
from verdicts.model import Evidence, Finding, Rule, State
from verdicts.registry import BY_CLAIM, RULES
from verdicts.statistics import METHODS
from verdicts.wording import begun

log = logging.getLogger(__name__)
SOURCE = "claims"


def ledger(session: Session, at: date, claims: Sequence[str] = (), catalog: Catalog | None = None) -> list[Finding]:
    """The verdicts of these claims (all where none is named) as of a day, in the order of the catalogue.

    Raises:
        UnknownName: there is no claim of that name.
    """
    rules = chosen(claims)
    return judge_all(rules, gather(session, catalog or load_catalog(), rules, at))


def chosen(claims: Sequence[str]) -> tuple[Rule, ...]:
    """The rules of these claims, all where none is named; raises `UnknownName`."""
    for claim in claims:
        if claim not in BY_CLAIM:
            near = get_close_matches(claim, BY_CLAIM, n=3, cutoff=0.4)
            hint = f" Did you mean {' or '.join(near)}?" if near else ""  # untranslated: of the command line
            raise UnknownName(f"There is no claim {claim[:60]!r}.{hint}")
    return tuple(rule for rule in RULES if not claims or rule.claim in claims)


def record(engine: Engine, run_id: int) -> list[str]:
    """Keep the verdicts that differ from those kept last, as of today, in English; gives the claims that changed."""
    today = clock.now().date()
    with speaking(ENGLISH), reading(engine) as session:
        found = ledger(session, today)
    with writing(engine) as session:
        return write.verdicts(session, run_id, today, [_decided(one) for one in found])


def record_after(engine: Engine, run_id: int) -> None:
    """`record` at the end of a run, whose own outcome stands whatever becomes of this; trouble is logged."""
    try:
        changed = record(engine, run_id)
    except StoreError as error:
        log.warning("run %s was kept, but its verdicts were not: %s", run_id, error)  # untranslated: the log
        return
    if changed:
        log.info("verdicts changed: %s", ", ".join(changed))  # untranslated: the log


def record_now(engine: Engine) -> list[str]:
    """`record` as a run of its own."""
    with writing(engine) as session:
        run_id = write.start_run(session, kind=SOURCE, source=SOURCE)
    try:
        changed = record(engine, run_id)
    except BaseException as error:
        with writing(engine) as session:
            write.finish_run(session, run_id, status="failed", message=f"{type(error).__name__}: {error}")
        raise
    told = f"{len(changed)} verdicts changed"  # untranslated: kept in the store
    with writing(engine) as session:
        write.finish_run(session, run_id, status="ok", message=told, new=len(changed))
    return changed


def document(found: Finding, catalog: Catalog) -> dict[str, Any]:
    """A finding as `claims --json` gives it."""
    claim = catalog.claims[found.claim]
    article = catalog.articles[claim.article]
    return {
        "id": claim.id,
        "article": claim.article,
        "year": article.year,
        "topic": claim.topic,
        "says": _(claim.says),
        "verdict": found.verdict,
        "outdated": found.outdated,
        "as_of": found.at,
        "evidence": [_plain(one) | {"what": begun(one.what)} for one in found.now.evidence],
        "note": sentences([_sentence(begun(found.now.says)), found.note]),
        "now": begun(found.now.says),
        "then": begun(found.then.says) if found.then and found.then.met is not None else None,
        "missing": list(found.now.missing) if found.now.met is None else [],
        "command": found.now.command if found.now.met is None else "",
        "kind": found.rule.kind,
        "would_change": _(found.rule.change),
        "method": _(METHODS[found.rule.method]),
    }


def history(session: Session, claim: str | None = None) -> list[read.VerdictRow]:
    """How verdicts changed, newest first."""
    return read.verdict_history(session, claim=claim)


def _decided(found: Finding) -> Decided:
    state: State = found.now
    return Decided(found.claim, found.verdict, state.says, found.note, [_plain(one) for one in state.evidence])


def _plain(one: Evidence) -> dict[str, Any]:
    return asdict(one) | {"day": one.day.isoformat() if one.day else None}


def _sentence(text: str) -> str:
    return _("{text}.", text=text) if text else ""
