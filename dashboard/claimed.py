"""What the pages read of the claim ledger: every verdict as of today, and how verdicts changed, behind a cache."""

from datetime import date
from typing import Any

import streamlit as st

from dashboard import format as fmt
from dashboard.data import catalog, engine, speed_stamp, today, worded
from dashboard.kept import HOUR
from db.engine import reading
from db.read import VerdictRow
from language.words import N_, _
from verdicts import ledger
from verdicts.wording import dating

VERDICTS = ledger.VERDICTS
SIGNS: dict[str, str] = dict(zip(VERDICTS, ("✓", "✕", "⊘", "?"), strict=True))
COLOURS: dict[str, str] = dict(zip(VERDICTS, ("green", "red", "orange", "gray"), strict=True))
FALLEN = VERDICTS[1:3]
WORDS: dict[str, str] = dict(
    zip(VERDICTS, (N_("holds"), N_("no longer holds"), N_("never held"), N_("cannot tell")), strict=True)
)

OUTDATED = N_("was out of date when published")
"""What is said of a claim that no longer holds where it had ceased to before its article appeared."""


def findings(at: date | None = None) -> list[dict[str, Any]]:
    """Every claim with its verdict as of a day (today where none is named), as `claims --json` gives them."""
    return _findings(f"{worded()} {speed_stamp()}", at or today())


def changes(claim: str) -> list[VerdictRow]:
    """How a claim's verdict changed, newest first; never cached."""
    with reading(engine()) as session:
        return ledger.history(session, claim)


def badge(found: dict[str, Any]) -> str:
    """The verdict on a claim in Markdown: its sign and its words, in its colour."""
    return f":{COLOURS[found['verdict']]}[**{worded_verdict(found)}**]"


def worded_verdict(found: dict[str, Any]) -> str:
    """The verdict on a claim with its sign; one that was false when it was printed has words of its own."""
    words = OUTDATED if found["outdated"] else WORDS[found["verdict"]]
    return f"{SIGNS[found['verdict']]} {_(words)}"


@st.cache_data(max_entries=4, ttl=HOUR, show_spinner=False)
def _findings(stamped: str, at: date) -> list[dict[str, Any]]:  # noqa: ARG001  # a key of the cache
    with reading(engine()) as session, dating(fmt.exactly):
        found = ledger.ledger(session, at)
        return [ledger.document(one, catalog()) for one in found]
