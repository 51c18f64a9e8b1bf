"""The figure of Choose: the frameworks as ranges of scores; behind each, its criteria and their evidence."""

from __future__ import annotations

from functools import partial
from typing import Any

import pandas as pd
import streamlit as st

from catalog.load import Catalog
from dashboard import format as fmt
from dashboard.analysis.choice import document, owed
from dashboard.analysis.choice.asked import changed
from dashboard.analysis.choice.document import Choice
from dashboard.analysis.choice.model import CITED, NAMES, Shown
from dashboard.charts.ranges import range_chart
from dashboard.colours import dot
from dashboard.sections import attribution, choose_controls, figure, points
from dashboard.sections.attribution import Credit
from dashboard.sections.choose_evidence import range_words
from dashboard.sections.figure_files import Rows
from dashboard.sections.frame import theme
from dashboard.text import plain
from language.lists import semicolons
from language.words import _

COLUMNS = ("system", "rank", "score", "low", "high", "criterion", "weight", "criterion_low", "criterion_high", "refs")
MOST = 4


def ranking(choice: Choice, catalog: Catalog) -> figure.Figure:
    """The frameworks, best first; the page's title says the finding, so it is not said again."""
    days = sorted(one.day for one in owed.shown(choice) if one.day is not None)
    span = _("not known")
    if days:
        span = _("{first} to {last}", first=fmt.month(days[0]), last=fmt.month(days[-1]))
    said = document.sentence(choice)
    return figure.Figure(
        key="choose-ranking",
        title=said,
        subtitle=_(
            "Score from 0 to 1, the weighted mean of the criteria · bar: all that the evidence allows, sign: its middle"
        ),
        picture=range_chart(choice.ranking, theme(), said),
        table=pd.DataFrame([_row(choice, catalog, place) for place in range(len(choice.ranking))]),
        rows=partial(_rows, choice),
        credits=credits_of(choice, catalog),
        collected=_("evidence of {span}, put together {day}", span=span, day=fmt.day(choice.at)),
        notes=[_("Bars that overlap cannot be separated: what is not known could turn them round.")],
        opens=_("A click on a sign opens what its range is made of."),
        about={
            "situation": choice.asked.situation or None,
            "weights": dict(choice.asked.weights),
            "method": _(document.METHOD),
        },
        columns={name: st.column_config.NumberColumn(format="%.2f") for name in (_("score"), _("low"), _("high"))},
        points=[f"choice~{one.system}" for one in choice.ranking],
        receipt=partial(_receipt, choice, catalog),
        headed=False,
        of=_of(choice, catalog),
        alt=_("{answer} The ranges are in the tab Table.", answer=said),
    )


def _of(choice: Choice, catalog: Catalog) -> str:
    """The situation, and whether its weights were moved: the scores are those of the weights."""
    named = choose_controls.title(catalog, choice.asked.situation)
    if choice.asked.situation and changed(catalog, choice.asked):
        return _("{situation}, with other weights", situation=named)
    return named


def credits_of(choice: Choice, catalog: Catalog) -> list[Credit]:
    """Whom the evidence is owed to: every source of it, what is cited, and what Framescope found out here itself."""
    return [_credit(choice, catalog, name) for name in owed.sources(choice)]


def _credit(choice: Choice, catalog: Catalog, name: str) -> Credit:
    if name not in owed.UNDER:
        return attribution.credit(catalog, name)
    one = owed.owed(catalog, name)
    pages = semicolons(owed.cited(choice)) if name == CITED else ""
    return Credit(name, one.title, one.licence, None, "", pages or one.title, None)


def _row(choice: Choice, catalog: Catalog, place: int) -> dict[str, Any]:
    one = choice.ranking[place]
    ranges = {name: choice.scores[name][one.system] for name in choice.counted}
    head = {"": place + 1, _("framework"): NAMES[one.system]}
    head |= {_("score"): one.score, _("low"): one.low, _("high"): one.high}
    return head | {_(catalog.criteria[name].title): range_words(r) for name, r in ranges.items()}


def _rows(choice: Choice) -> Rows:
    values = [
        (one.system, place, one.score, one.low, one.high, name, choice.asked.weights[name], own.low, own.high,
         [shown.ref for shown in own.evidence])
        for place, one in enumerate(choice.ranking, 1)
        for name in choice.counted
        for own in [choice.scores[name][one.system]]
    ]  # fmt: skip
    return Rows(COLUMNS, values)


def _receipt(choice: Choice, catalog: Catalog, name: str) -> None:
    """Draw the criteria of one framework, each with its range and the newest of what it rests on."""
    system = name.removeprefix("choice~")
    with points.panel(_("{name}, as of {day}", name=NAMES[system], day=fmt.day(choice.at))):
        for criterion in choice.counted:
            own, weight = choice.scores[criterion][system], choice.asked.weights[criterion]
            told = {"dot": dot(system), "criterion": plain(_(catalog.criteria[criterion].title))}
            told |= {"weight": f"{weight:g}", "range": range_words(own)}
            st.markdown(_("{dot} **{criterion}**, weight {weight}: {range}", **told))
            said = [plain(shown.says) + _aged(shown, choice) for shown in own.evidence[:MOST]]
            more = len(own.evidence) - len(said)
            said += [_("{n} more under *What it rests on*", n=more)] if more > 0 else []
            said += [_("? missing: {what}", what=plain(text)) for text in own.missing]
            st.caption("  \n".join(said) or _("nothing is known"))


def _aged(shown: Shown, choice: Choice) -> str:
    return f" · {fmt.age(shown.day, choice.at) if shown.day is not None else _('day not known')}"
