"""What was in force in the period of a point: what the metric means, what was counted, and the breaks that held."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import streamlit as st

from catalog.load import Catalog
from catalog.models import Metric
from dashboard import format as fmt
from dashboard.analysis.cuts import Standing, in_force
from dashboard.analysis.parts import Part
from dashboard.text import plain
from language.lists import aside, clauses, commas, semicolons, sentences
from language.words import _


def draw(metric: Metric, parts: Sequence[Part], start: date, end: date, catalog: Catalog) -> None:
    """What the figures meant in that period: the metric's meaning, what was counted, the breaks that held then."""
    ways: dict[str, list[str]] = {}
    for part in parts:
        name = _name(part.system, catalog)
        if part.definition and name not in ways.setdefault(part.definition, []):
            ways[part.definition].append(name)
    counted = semicolons(aside(way, commas(who)) if len(ways) > 1 else way for way, who in ways.items())
    said = _("Counted: {ways}.", ways=plain(counted)) if counted else ""
    st.markdown(sentences((_("**In force.** {says}", says=plain(_(metric.means))), said)))
    found = in_force(catalog.breaks, parts, start, end)
    for one in found:
        st.caption(_told(one, parts, start, catalog))
    if not found:
        st.caption(_("No break of this source is known that reaches into this period."))


def _told(one: Standing, parts: Sequence[Part], start: date, catalog: Catalog) -> str:
    entry = one.entry
    day, inside = fmt.exactly(entry.date), entry.date.first > start
    if entry.until is not None:
        when = _("{first} to {last}", first=day, last=fmt.exactly(entry.until))
    else:
        when = _("Since {day}, in this period", day=day) if inside else _("Since {day}", day=day)
    if len(one.systems) < len({part.system for part in parts}):
        when = clauses([when, commas(plain(_name(slug, catalog)) for slug in one.systems)])
    told = _("{when}: {what}", when=when, what=plain(_(entry.what)))
    return sentences((told, _("Effect: {effect}. [Evidence]({url})", effect=plain(_(entry.effect)), url=entry.url)))


def _name(system: str, catalog: Catalog) -> str:
    return catalog.systems[system].name if system in catalog.systems else system
