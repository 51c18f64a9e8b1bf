"""What the pages read of the claim ledger: every verdict as of today, and how verdicts changed, behind a cache."""

from datetime import date
from typing import Any

import streamlit as st

from dashboard.data import catalog, engine, speed_stamp, today, worded
from dashboard.kept import HOUR
from db.engine import reading
from db.read import VerdictRow
from language.words import N_, _
from verdicts import ledger

VERDICTS = ledger.VERDICTS
SIGNS: dict[str, str] = dict(zip(VERDICTS, ("✓", "✕", "⊘", "?"), strict=True))
COLOURS: dict[str, str] = dict(zip(VERDICTS, ("green", "red", "orange", "gray"), strict=True))
FALLEN = VERDICTS[1:3]
WORDS: dict[str, str] = dict(
    zip(VERDICTS, (N_("holds"), N_("no longer holds"), N_("never held"), N_("cannot tell")), strict=True)
)


def findings(at: date | None = None) -> list[dict[str, Any]]:
    """Every claim with its verdict as of a day (today where none is named), as `claims --json` gives them."""
    return _findings(f"{worded()} {speed_stamp()}", at or today())


def changes(claim: str) -> list[VerdictRow]:
    """How a claim's verdict changed, newest first; never cached."""
    with reading(engine()) as session:
        return ledger.history(session, claim)


def badge(verdict: str) -> str:
    """A verdict in Markdown: its sign and its word, in its colour."""
    return f":{COLOURS[verdict]}[**{SIGNS[verdict]} {_(WORDS[verdict])}**]"


@st.cache_data(max_entries=4, ttl=HOUR, show_spinner=False)
def _findings(stamped: str, at: date) -> list[dict[str, Any]]:  # noqa: ARG001  # a key of the cache
    with reading(engine()) as session:
        found = ledger.ledger(session, at)
    return [ledger.document(one, catalog()) for one in found]
