"""The criteria of a choice with their ranges, and the evidence for each framework one click away."""

import pandas as pd
import streamlit as st

from catalog.load import Catalog
from dashboard import format as fmt
from dashboard import probed
from dashboard.analysis.choice import document
from dashboard.analysis.choice.document import Choice
from dashboard.analysis.choice.model import NAMES, Range, Shown
from dashboard.colours import dot
from dashboard.sections.frame import table_px, typed
from dashboard.text import code, plain
from language.words import _
from verdicts.wording import reference

MOST = 12


def criteria(choice: Choice, catalog: Catalog) -> None:
    """Draw a row a criterion; a click opens its evidence."""
    st.header(_("What it rests on"), anchor="evidence")
    rows = [_row(choice, catalog, name) for name in choice.counted]
    event = st.dataframe(
        pd.DataFrame(rows),
        hide_index=True,
        on_select="rerun",
        selection_mode="single-row",
        key=f"choose.criteria.{choice.asked.situation}",
        height=table_px(len(rows)),
        column_config={
            "criterion": st.column_config.TextColumn(_("criterion")),
            "weight": st.column_config.NumberColumn(_("Weight"), format="%g", width="small"),
            "age": st.column_config.TextColumn(_("Oldest evidence"), width="small"),
        },
        alt=_("Every criterion that counts, with its weight, the range of each framework and the age of its evidence"),
    )
    st.caption(_("Click the box ahead of a row to open its evidence. “unknown” is the whole range from 0 to 1."))
    picked = event["selection"]["rows"]
    if picked and picked[0] < len(choice.counted):
        _open(choice, catalog, choice.counted[picked[0]])


def _row(choice: Choice, catalog: Catalog, name: str) -> dict[str, object]:
    days = document.criterion_age(choice, name)
    return {
        "criterion": _(catalog.criteria[name].title),
        "weight": choice.asked.weights[name],
        **{NAMES[system]: _range(one) for system, one in choice.scores[name].items()},
        "age": _("none") if days is None else _("{n} days", n=days),
    }


def _range(one: Range) -> str:
    if one.width == 1:
        return _("unknown")
    return f"{one.low:.2f}" if one.width < 0.005 else f"{one.low:.2f}–{one.high:.2f}"


def _open(choice: Choice, catalog: Catalog, name: str) -> None:
    entry = catalog.criteria[name]
    with st.container(border=True, key=f"choose-open-{name}"):
        told = {"criterion": plain(_(entry.title)), "best": plain(_(entry.best)), "worst": plain(_(entry.worst))}
        st.markdown(_("**{criterion}** · 1: {best} · 0: {worst}", **told))
        if entry.caveat:
            st.caption(plain(_(entry.caveat)))
        for system, one in choice.scores[name].items():
            st.markdown(f"{dot(system)} **{NAMES[system]}** {_range(one)}")
            for number, shown in enumerate(one.evidence[:MOST]):
                words, link = st.columns((5, 1.4), vertical_alignment="center")
                days = document.age(shown, choice.at)
                aged = _("day not known") if days is None or shown.day is None else fmt.age(shown.day, choice.at)
                words.markdown(f"{plain(shown.says)} :gray[· {aged}]")
                with link:
                    _link(shown, f"{system}-{number}")
            for text in one.missing:
                st.markdown(f":gray[{_('? missing: {what}', what=plain(text))}]")
        if commands := document.commands(choice, name):
            typed(commands, f"choose-{name}")


def _link(shown: Shown, key: str) -> None:
    """The way to one piece of evidence on the site, or to the page that is cited."""
    parts = shown.ref.split("/")
    if shown.kind == "series":
        st.page_link("views/adoption.py", label=_("Series"), query_params={"metric": parts[0], "source": parts[-1]})
    elif shown.kind == "probe":
        st.page_link("views/capabilities.py", label=_("Probe"), query_params=probed.link(shown.ref))
    elif shown.kind == "benchmark":
        st.page_link("views/speed.py", label=_("Result"), query_params={"run": shown.ref.removeprefix("run ")})
    elif shown.kind == "claim":
        st.page_link("views/claims.py", label=_("Claim"), query_params={"claim": shown.ref})
    elif shown.kind in ("life", "wheels"):
        st.page_link("views/ecosystem.py", label=_("Ecosystem"))
    elif shown.ref.startswith(("https://", "http://")):
        st.link_button(_("Citation"), shown.ref, key=f"choose-cite-{key}", type="tertiary")
    else:
        st.markdown(code(reference(shown.ref)))
