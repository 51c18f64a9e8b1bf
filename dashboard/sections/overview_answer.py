"""The overview's answer: who leads, what is faster, which claims fell and how old it all is, each with its evidence."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

import streamlit as st

from catalog.load import Catalog
from dashboard import format as fmt
from dashboard.analysis.finding import Part, Standing, answer_parts, old_answer, speed_answer
from dashboard.analysis.shares import PAIR
from dashboard.analysis.signals import Signal
from dashboard.analysis.speed import Ratio, verdicts
from dashboard.sections import linked, stale
from dashboard.sections.frame import empty
from dashboard.sections.overview_claims import fallen_of
from dashboard.text import plain


def head(
    signals: Sequence[Signal],
    compared: Sequence[Ratio],
    claims: Sequence[dict[str, Any]],
    catalog: Catalog,
    today: date,
) -> None:
    """Draw the sentence, the line on claims and age under it, and in an empty store what fills it."""
    names = {slug: system.name for slug, system in catalog.systems.items()}
    standings = [Standing(one.title, one.lead, linked.page("adoption", **linked.same_figure(one))) for one in signals]
    said = answer_parts(standings, names, PAIR, today)
    said += linked.after_aside(speed_answer(verdicts(compared), names, PAIR), linked.page("speed"))
    st.title(linked.sentence(said), anchor=False)
    lines = [linked.sentence(line) for line in (_claims(claims), _ages(signals, today)) if line]
    if lines:
        st.markdown(" ".join(lines))
    known = [one for one in signals if one.lead is not None]
    if not known:
        st.caption(f"As of {fmt.day(today)}. Nothing below is an estimate: what is not known stays empty.")
        _first_steps()
        return
    st.caption(
        f"As of {fmt.day(today)} · share of PyTorch in PyTorch + TensorFlow · the dotted rule is 50 %. "
        + plain(old_answer(standings, names, today))
    )


def _claims(found: Sequence[dict[str, Any]]) -> list[Part]:
    fallen = len(fallen_of(found))
    if not fallen:
        return []
    told = f"{fallen} of {fmt.count(len(found), 'claim')}"
    return [
        Part("Of published comparisons, "),
        Part(told, linked.page("claims")),
        Part(" no longer hold or never held."),
    ]


def _ages(signals: Sequence[Signal], today: date) -> list[Part]:
    known = [one for one in signals if one.lead is not None]
    if not known:
        return []
    old = len(stale.of(signals, today))
    newest = max(one.lead.newest for one in known if one.lead)
    made = [Part(f"The newest figure is of {fmt.month(newest)}")]
    if not old:
        return [*made, Part("; none is over four months old.")]
    many = "all" if old == len(known) else fmt.words(old)
    counted = f"{many} of {fmt.count(len(known), 'signal')}" if many != "all" else f"all {fmt.count(old, 'signal')}"
    return [*made, Part("; on "), Part(counted, "#stale"), Part(" it is over four months old.")]


def _first_steps() -> None:
    empty(
        "No figures are collected yet",
        "The first command loads the bundled history, the second asks every source that is due, without a key where "
        "none is needed. Reload this page to see what they wrote.",
        "framescope init\nframescope collect --due",
    )
