"""The criteria of a choice with their ranges, and the evidence for each framework one click away."""

from collections.abc import Sequence

import streamlit as st

from catalog.load import Catalog
from dashboard import format as fmt
from dashboard import probed
from dashboard.analysis.choice import document
from dashboard.analysis.choice.document import Choice
from dashboard.analysis.choice.model import NAMES, Range, Shown
from dashboard.colours import dot
from dashboard.sections.frame import typed
from dashboard.text import code, plain
from language.words import _
from verdicts.wording import reference

MOST = 12


def criteria(choice: Choice, catalog: Catalog) -> None:
    """Draw a row a criterion, as text: a table of Streamlit's would load 270 kB; the one chosen opens its evidence."""
    st.header(_("What it rests on"), anchor="evidence")
    systems = list(next(iter(choice.scores.values())))
    heads = (_("criterion"), _("Weight"), *(NAMES[system] for system in systems), _("Oldest evidence"))
    lines = [heads, ["---", "--:", *("--:" for _system in systems), "--:"]]
    lines += [_row(choice, catalog, name, systems) for name in choice.counted]
    with st.container(key="choose-rests"):  # its name is for a phone's style
        st.markdown("\n".join(f"| {' | '.join(line)} |" for line in lines))
    st.caption(_("“unknown” is the whole range from 0 to 1."))
    picked = st.selectbox(
        _("Evidence for"),
        choice.counted,
        index=None,
        format_func=lambda name: _(catalog.criteria[name].title),
        placeholder=_("none"),
        key=f"choose.criteria.{choice.asked.situation}",
    )
    if picked is not None:
        _open(choice, catalog, picked)


def _row(choice: Choice, catalog: Catalog, name: str, systems: Sequence[str]) -> list[str]:
    days = document.criterion_age(choice, name)
    return [
        plain(_(catalog.criteria[name].title)),
        f"{choice.asked.weights[name]:g}",
        *(range_words(choice.scores[name][system]) for system in systems),
        _("none") if days is None else _("{n} days", n=days),
    ]


def range_words(one: Range) -> str:
    """How a range is said: one figure where it is a point, a word where it is all there is."""
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
            st.markdown(f"{dot(system)} **{NAMES[system]}** {range_words(one)}")
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
